/** What is said between a thread that writes what arrives and the one that talks to the remote. */
import type { Digest } from '../../lib/digest.ts';

export interface ArrivalsPlace {
  /** Absolute. */
  readonly dir: string;
  readonly shared: boolean;
}

/** Each answered once, by its `id`. `file` is a number of the asker's for a path. */
export type Order =
  | { readonly id: number; readonly kind: 'keep'; readonly digest: Digest; readonly memory: ArrayBuffer }
  | {
      readonly id: number;
      readonly kind: 'begin';
      readonly file: number;
      readonly path: string;
      readonly size: number;
    }
  | {
      readonly id: number;
      readonly kind: 'append';
      readonly file: number;
      readonly memory: ArrayBuffer;
      readonly length: number;
    }
  | { readonly id: number; readonly kind: 'finish' | 'leave'; readonly file: number };

export interface Answer {
  readonly id: number;
  readonly kept?: 'kept' | 'damaged';
  readonly here?: number;
  readonly digest?: Digest;
  /** Given back. */
  readonly lent?: ArrayBuffer;
  readonly refusal?: Refusal;
}

/** An error of the operating system's, which does not cross threads whole. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly syscall: string;
  readonly path: string | undefined;
}
