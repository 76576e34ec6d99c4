/** Writes what arrives in this thread, one thing after the other. Knows nothing of remotes. */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { type Digest, digestOf, startDigest } from '../../lib/digest.ts';
import { OBJECT_MODE, type ObjectFiles } from '../objects-files.ts';
import { writeTemporary } from '../publish.ts';
import type { Arrivals, ArrivingFile } from './arrivals.ts';

/** Verified and under its name, or not written at all. Throws what the system says. */
export function keepObject(files: ObjectFiles, digest: Digest, bytes: Uint8Array): 'kept' | 'damaged' {
  if (digestOf(bytes) !== digest) return 'damaged';
  const temporary = files.temporary(digest);
  try {
    writeTemporary(temporary, bytes, { mode: OBJECT_MODE, durable: false });
    files.publish(temporary, digest);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return 'kept';
}

export interface FileInWork {
  readonly here: number;
  readonly append: (piece: Uint8Array) => void;
  readonly finish: () => Digest;
  readonly leave: () => void;
}

const READ_BYTES = 1024 * 1024;

/** Throws what the system says, here and later. */
export function beginFile(file: string, size: number): FileInWork {
  const descriptor = openSync(file, 'a+', 0o644);
  const digest = startDigest();
  let isOpen = true;
  const leave = (): void => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  try {
    let here = fstatSync(descriptor).size;
    if (here > size) ftruncateSync(descriptor, 0);
    if (here > size) here = 0;
    const buffer = Buffer.allocUnsafe(Math.min(here, READ_BYTES));
    for (let at = 0; at < here; ) {
      const read = readSync(descriptor, buffer, 0, buffer.length, at);
      if (read === 0) break; // somebody cut it meanwhile: its digest will tell
      digest.update(buffer.subarray(0, read));
      at += read;
    }
    return {
      here,
      append: (piece) => {
        for (let written = 0; written < piece.length; ) written += writeSync(descriptor, piece, written);
        digest.update(piece);
      },
      finish: () => {
        leave();
        return digest.finish();
      },
      leave,
    };
  } catch (error) {
    leave();
    throw error;
  }
}

export async function beginHere(file: string, size: number): Promise<ArrivingFile> {
  const work = beginFile(file, size);
  return {
    here: work.here,
    append: async (piece) => {
      work.append(piece);
      return piece;
    },
    finish: async () => work.finish(),
    leave: async () => work.leave(),
  };
}

export function createArrivalsHere(files: ObjectFiles): Arrivals {
  return {
    keep: async (digest, bytes) => keepObject(files, digest, bytes),
    begin: beginHere,
    close: async () => undefined,
  };
}
