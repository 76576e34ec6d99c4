/**
 * What was true when a stage last finished: `locks/<stage>.json` as a value.
 *
 * Holds nothing that differs between two machines that did the same from the same start.
 * The text form is in `core/lock-file`; who ran it and when is in the run history.
 */
import type { Digest } from '../lib/digest.ts';
import type { Fingerprint, StageInputs } from './fingerprint.ts';

export interface LockEntry {
  readonly inputs: StageInputs;
  readonly fingerprint: Fingerprint;
  /** Sorted by path. */
  readonly outs: readonly LockedOut[];
}

/** What stood at an out's path. For a persist out also what stood there before the command. */
export interface LockedOut {
  readonly path: string;
  readonly content: Content;
  readonly before?: Content | null;
}

/** What stands at a path: a file, or a folder as a Merkle tree. */
export interface Content {
  readonly type: 'file' | 'exec' | 'dir' | 'symlink';
  readonly digest: Digest;
  /** Bytes; of a folder, of all files below it. */
  readonly size: number;
  /** 1, or the number of files below a folder. */
  readonly files: number;
}

export function sameContent(a: Content | null | undefined, b: Content | null | undefined): boolean {
  if (!a || !b) return !a && !b;
  return a.digest === b.digest && a.type === b.type;
}
