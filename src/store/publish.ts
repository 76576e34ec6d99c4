/**
 * The only way a finished file or folder gets its final name.
 *
 * Invariant: a path that we write is either absent, as it was, or complete, even after a crash or
 * on a full disk; so readers never check for half-written files. Names that begin with `.tmp-` are
 * whose process they name: when it is dead they are nobody's (`store/clear-temporaries`). Modes are set outright, never left to the umask.
 */
import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

export interface PublishOptions {
  readonly mode?: number;
  /** Wait for the disk. Only what can be had again by work already saved elsewhere may say false. */
  readonly durable?: boolean;
}

/** Throws what the operating system says (ENOSPC, EROFS …); nothing is left behind then. */
export function publishFile(path: string, content: string | Uint8Array, options: PublishOptions = {}): void {
  const temporary = temporaryBeside(path);
  try {
    writeTemporary(temporary, content, options);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A free name in the same folder, which exists afterwards: rename is atomic only within one filesystem. */
export function temporaryBeside(path: string): string {
  const folder = dirname(path);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  // Nobody has to be kept from guessing it: it is only ever opened as a new file.
  const salt = Math.floor(Math.random() * 2 ** 32);
  return `${folder}/${temporaryPrefix(process.pid)}${salt.toString(16).padStart(8, '0')}`;
}

/** How all names of this kind begin that a process makes; 16 hexadecimal digits in all, as `store/ignore` knows them. */
export const temporaryPrefix = (pid: number): string => `.tmp-${pid.toString(16).padStart(8, '0')}`;

/** Gives what stands at `temporary` its final name. */
export function publishTemporary(temporary: string, path: string): void {
  renameSync(temporary, path);
}

/** Makes a rename that was done in this folder survive a power cut. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function writeTemporary(temporary: string, content: string | Uint8Array, options: PublishOptions = {}): void {
  const { mode = 0o644, durable = true } = options;
  const descriptor = openSync(temporary, 'wx', mode);
  try {
    writeAll(descriptor, typeof content === 'string' ? Buffer.from(content) : content);
    fchmodSync(descriptor, mode);
    if (durable) fsyncSync(descriptor); // the name must not become durable before the bytes
  } finally {
    closeSync(descriptor);
  }
}

/** A write may take only a part (a disk that fills up while we write). */
function writeAll(descriptor: number, content: Uint8Array): void {
  for (let written = 0; written < content.length; ) {
    written += writeSync(descriptor, content, written);
  }
}
