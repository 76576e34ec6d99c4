/**
 * Copies one file and checks on the way that it holds what it should. The copy shares the original's
 * blocks where the file system can do that (btrfs, xfs, apfs).
 *
 * Knows nothing of where objects are. A copy that is not as asked is left for the caller to remove.
 */
import { chmodSync, constants, readFileSync } from 'node:fs';
import { copyFile, open, type FileHandle } from 'node:fs/promises';
import { digestOf, type Digest } from '../lib/digest.ts';
import { readPieces } from './digest-pieces.ts';
import { writeTemporary } from './publish.ts';

export interface Copy {
  readonly from: string;
  readonly to: string;
  readonly digest: Digest;
  readonly size: number;
  readonly mode: number;
}

/** Up to here one read and one write on the main thread are quicker than any other way. */
export const SMALL_BYTES = 1024 * 1024;

/** False: the bytes are not those of the digest. Throws what the operating system says. */
export async function copyVerified(copy: Copy): Promise<boolean> {
  if (copy.size <= SMALL_BYTES) return copySmall(copy);
  const isMatch = (await isCloned(copy)) ? (await digestAt(copy.to)) === copy.digest : await copyInPieces(copy);
  chmodSync(copy.to, copy.mode);
  return isMatch;
}

/** Only by sharing blocks. 'unable': this file system cannot. */
export async function cloneVerified(copy: Copy): Promise<boolean | 'unable'> {
  if (!(await isCloned(copy))) return 'unable';
  const isMatch = (await digestAt(copy.to)) === copy.digest;
  chmodSync(copy.to, copy.mode);
  return isMatch;
}

/** For a file whose bytes its stamp vouches for, before and after: the system copies, nothing is hashed. */
export async function copyTrusted({ from, to, mode }: Copy): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  chmodSync(to, mode);
}

function copySmall({ from, to, digest, mode }: Copy): boolean {
  const bytes = readFileSync(from);
  if (digestOf(bytes) !== digest) return false;
  writeTemporary(to, bytes, { mode, durable: false });
  return true;
}

async function isCloned({ from, to }: Copy): Promise<boolean> {
  return copyFile(from, to, constants.COPYFILE_FICLONE_FORCE).then(
    () => true,
    () => false, // this file system cannot; if it is something else, copying says what
  );
}

async function copyInPieces({ from, to, digest }: Copy): Promise<boolean> {
  const source = await open(from, 'r');
  try {
    const target = await open(to, 'w', 0o600);
    try {
      return (await readPieces(source, (piece) => writePiece(target, piece))).digest === digest;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

export async function digestAt(path: string): Promise<Digest> {
  const file = await open(path, 'r');
  try {
    return (await readPieces(file)).digest;
  } finally {
    await file.close();
  }
}

async function writePiece(file: FileHandle, piece: Buffer): Promise<void> {
  for (let written = 0; written < piece.length; ) {
    written += (await file.write(piece, written)).bytesWritten;
  }
}
