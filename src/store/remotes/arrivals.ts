/**
 * What arrives from a remote, on its way to the disk: small objects at once, large ones piece by piece.
 *
 * Invariant: an object gets its name when its bytes are all there and have its digest. Nothing waits for the
 * disk: what is there once more in the remote may be lost in a power cut, is known by its digest, and comes again.
 */
import type { Digest } from '../../lib/digest.ts';

export interface Arrivals {
  /** The bytes are the writer's from then on. `damaged`: they are not what the digest says, and nothing was written. Rejects with what the system says. */
  keep(digest: Digest, bytes: Uint8Array): Promise<'kept' | 'damaged'>;
  /** Goes on with what stands at `file`, an absolute path, if it is not larger than `size`. */
  begin(file: string, size: number): Promise<ArrivingFile>;
  /** What was asked for is done afterwards. */
  close(): Promise<void>;
}

export interface ArrivingFile {
  /** Bytes that were there already: the next piece begins here. */
  readonly here: number;
  /**
   * Pieces in their order, one at a time. With `lent` the memory is the writer's own meanwhile, and comes back in
   * what is returned: the caller's view of it is empty from then on.
   */
  append(piece: Uint8Array, lent?: boolean): Promise<Uint8Array>;
  /** The digest of all that is in the file. */
  finish(): Promise<Digest>;
  /** Leaves the file as it is; means nothing after `finish`. */
  leave(): Promise<void>;
}
