/**
 * What a remote can do, whatever it is: S3, a folder, SFTP or a web server. Keys are those of the cache,
 * `objects/ab/cdef…` and `runs/ab/<fingerprint>.json`.
 *
 * Knows nothing of stages. Invariants: what has a key is complete; `put` is only called with bytes that are
 * named by their digest, so that it may be repeated; nothing is ever listed on the way to an object.
 */
import type { Digest } from '../../lib/digest.ts';
import type { Result } from '../../lib/result.ts';

export interface Remote {
  /** For people: the URL without secrets. */
  readonly shown: string;
  readonly isReadOnly: boolean;
  /** A larger object travels in parts of this size. */
  readonly partBytes: number;
  /** Size in bytes; undefined: not there. */
  stat(key: string): Promise<Remoted<number | undefined>>;
  /** Undefined: not there. With a range: exactly those bytes. More than `maxBytes` is 'damaged'. */
  read(key: string, options?: ReadOptions): Promise<Remoted<Uint8Array | undefined>>;
  /** Only where ranges cannot be relied on: a large object in pieces, from `start` or, if the server pleases, from 0. */
  readonly stream?: (key: string, start: number) => Promise<Remoted<Streamed | undefined>>;
  /** Complete under its key or not there. `bytes` were checked by the caller; a file is checked on the way. */
  put(key: string, upload: Upload): Promise<Remoted<void>>;
  /** Of all who try at the same time exactly one creates it. */
  create(key: string, bytes: Uint8Array): Promise<Remoted<'created' | 'exists'>>;
  /** Keys below a folder with sizes, for gc alone. */
  list(prefix: string): AsyncIterable<Remoted<Listed>>;
  remove(key: string): Promise<Remoted<void>>;
  /** What was put is safe from a power cut afterwards; absent where it always is. */
  readonly settle?: () => Promise<void>;
  close(): Promise<void>;
}

export type Remoted<T> = Result<T, RemoteProblem>;

export interface ReadOptions {
  readonly range?: Range;
  readonly maxBytes?: number;
  /** May be filled with what is read, which is then a part of it; nobody else looks at it meanwhile. */
  readonly into?: Uint8Array;
}

/** `end` is the first byte that is not wanted. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Streamed {
  /** Where the pieces begin. */
  readonly start: number;
  /** Undefined: the server does not say. */
  readonly total: number | undefined;
  /** Throws a `RemoteError` when the rest does not come. */
  readonly pieces: AsyncIterable<Uint8Array>;
}

export interface Upload {
  /** Absolute path, or the bytes themselves. */
  readonly from: { readonly file: string } | { readonly bytes: Uint8Array };
  readonly size: number;
  readonly digest: Digest;
  /** Told of bytes that have arrived. */
  readonly onBytes?: (bytes: number) => void;
}

export interface Listed {
  readonly key: string;
  readonly size: number;
  readonly mtimeMs: number;
}

export interface RemoteProblem {
  /**
   * `unreachable`: no answer, or not now: tried again. `damaged`: what came, or what was to be sent, is not
   * what its digest says: tried again. `refused`: the answer is no. `unsupported`: it cannot do what is needed.
   * `stopped`: by our own signal.
   */
  readonly kind: 'unreachable' | 'damaged' | 'refused' | 'unsupported' | 'stopped';
  /** The rest of a sentence that begins with the remote's name and a colon. */
  readonly problem: string;
  readonly hint?: string;
  /** What the server asked for, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** Ends work that is under way in many places at once; whoever began it turns it into a value again. */
export class RemoteError extends Error {
  readonly remoteProblem: RemoteProblem;

  constructor(remoteProblem: RemoteProblem) {
    super(remoteProblem.problem);
    this.remoteProblem = remoteProblem;
  }
}

export const objectKey = (digest: Digest): string => `objects/${digest.slice(0, 2)}/${digest.slice(2)}`;
export const recordKey = (fingerprint: string): string => `runs/${fingerprint.slice(0, 2)}/${fingerprint}.json`;

/** S3 wants at least 5 MiB; several parts are in memory at a time. */
export const USUAL_PART_BYTES = 16 * 1024 * 1024;
/** Nothing that is read whole is larger: the node of a folder with millions of names. */
export const MAX_WHOLE_BYTES = 512 * 1024 * 1024;

/** Of our own file: to try again would not help. */
export const notThose = (digest: Digest): RemoteProblem => ({
  kind: 'refused',
  problem: `the object ${digest.slice(0, 12)} in the cache is broken and was not sent`,
  hint: '`pipe doctor --fix` finds every broken object',
});
