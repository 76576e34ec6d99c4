/** Reads a large file in pieces of a megabyte: constant memory, and the next piece is read while one is hashed. */
import type { FileHandle } from 'node:fs/promises';
import { startDigest, type Digest } from '../lib/digest.ts';

export const PIECE_BYTES = 1024 * 1024;

/** `use` may take its time with a piece (writing it, say); its buffer is not touched until then. */
export async function readPieces(
  file: FileHandle,
  use: (piece: Buffer) => Promise<void> = () => Promise.resolve(),
): Promise<{ readonly digest: Digest; readonly size: number }> {
  const digest = startDigest();
  let [buffer, spare] = [Buffer.allocUnsafe(PIECE_BYTES), Buffer.allocUnsafe(PIECE_BYTES)];
  let { bytesRead } = await file.read(buffer, 0, PIECE_BYTES, 0);
  let size = 0;
  while (bytesRead > 0) {
    size += bytesRead;
    const piece = buffer.subarray(0, bytesRead);
    const meanwhile = Promise.all([file.read(spare, 0, PIECE_BYTES, size), use(piece)]);
    digest.update(piece);
    [{ bytesRead }] = await meanwhile;
    [buffer, spare] = [spare, buffer];
  }
  return { digest: digest.finish(), size };
}
