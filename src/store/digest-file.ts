/**
 * Reads one file and says what it holds and whether its stamp may stand for it from now on.
 *
 * A small file is read in one go, ten times faster than through the thread pool; a large one in pieces, so that
 * memory stays constant and the process answers meanwhile. A file that changes while it is read
 * is read again a few times, then taken as it was, never believed.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { digestOf, type Digest } from '../lib/digest.ts';
import { PIECE_BYTES, readPieces } from './digest-pieces.ts';
import { ifThere } from './read-if-there.ts';
import { isSettled, SETTLE_MS, unbelieved } from './stat-index.ts';
import type { FileRow } from './stat-index-table.ts';

/** Undefined: it is gone, or no longer a file. Throws what the operating system says. */
export type ReadFile = (path: string, stat: Stats) => FileRow | undefined | Promise<FileRow | undefined>;

/** Up to here one read on the main thread is quicker than any other way. */
const SMALL_BYTES = PIECE_BYTES;
/** Reading so much again next time costs more than waiting until its stamp is settled. */
const WORTH_WAITING_BYTES = 16 * 1024 * 1024;
const ATTEMPTS = 3;
/** Should a pipe take the file's place, opening it must not wait for a writer. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

export function createFileReader(now: () => number): ReadFile {
  const buffer = Buffer.allocUnsafe(SMALL_BYTES + 1);
  return (path, stat) => {
    const row = stat.size <= SMALL_BYTES ? readSmall(path, { buffer, now }) : 'large';
    return row === 'large' ? readLarge(path, { size: stat.size, now }) : row;
  };
}

/** User-x makes an executable: the one bit of the mode that is content. */
export const fileType = ({ mode }: Stats): 'file' | 'exec' => ((mode & constants.S_IXUSR) === 0 ? 'file' : 'exec');

/** 'large': it has grown. */
function readSmall(
  path: string,
  { buffer, now }: { buffer: Buffer; now: () => number },
): FileRow | undefined | 'large' {
  const descriptor = ifThere(() => openSync(path, FLAGS));
  if (descriptor === undefined) return undefined;
  try {
    for (let attempt = 1; ; attempt++) {
      const readAtMs = now();
      const before = fstatSync(descriptor);
      if (!before.isFile()) return undefined;
      const size = readWhole(descriptor, buffer);
      if (size === buffer.length) return 'large';
      const digest = digestOf(buffer.subarray(0, size));
      const reading = judge({ readAtMs, before, after: fstatSync(descriptor), size, digest });
      if (reading.isSteady || attempt === ATTEMPTS) return reading.row;
    }
  } finally {
    closeSync(descriptor);
  }
}

async function readLarge(
  path: string,
  { size, now }: { size: number; now: () => number },
): Promise<FileRow | undefined> {
  const file = await open(path, FLAGS).catch((error: unknown) => ifThere(() => raise(error)));
  if (file === undefined) return undefined;
  try {
    if (size >= WORTH_WAITING_BYTES && !isSettled(await file.stat(), now())) await sleep(SETTLE_MS + 5);
    for (let attempt = 1; ; attempt++) {
      const readAtMs = now();
      const before = await file.stat();
      if (!before.isFile()) return undefined;
      const content = await readPieces(file);
      const reading = judge({ readAtMs, before, after: await file.stat(), ...content });
      if (reading.isSteady || attempt === ATTEMPTS) return reading.row;
    }
  } finally {
    await file.close();
  }
}

interface Reading {
  readonly readAtMs: number;
  readonly before: Stats;
  readonly after: Stats;
  readonly size: number;
  readonly digest: Digest;
}

function judge({ readAtMs, before, after, size, digest }: Reading): {
  readonly isSteady: boolean;
  readonly row: FileRow;
} {
  const { mtimeMs, ctimeMs, ino } = after;
  const row: FileRow = { type: fileType(after), digest, size, mtimeMs, ctimeMs, ino };
  const isSteady = before.mtimeMs === mtimeMs && before.ctimeMs === ctimeMs && after.size === size;
  return { isSteady, row: isSteady && isSettled(row, readAtMs) ? row : unbelieved(row) };
}

function readWhole(descriptor: number, buffer: Buffer): number {
  let length = 0;
  for (let count = -1; count !== 0 && length < buffer.length; length += Math.max(count, 0)) {
    count = readSync(descriptor, buffer, length, buffer.length - length, length);
  }
  return length;
}

function raise(error: unknown): never {
  throw error;
}
