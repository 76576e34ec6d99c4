/** What the operating system refused, as a failure a person can act on. Anything else is a bug and is thrown on. */
import type { Failure } from '../core/failure.ts';
import { errorCode } from './read-if-there.ts';

/** `operation` reads on in a sentence: `read`, `write`, `store`. */
export function systemFailure(error: unknown, { operation, path }: { operation: string; path: string }): Failure {
  const code = errorCode(error);
  if (code === undefined || !(error instanceof Error) || !('syscall' in error)) throw error;
  const known = KNOWN[code];
  const problem = known?.problem ?? error.message;
  return { code: 'system', operation, path, problem, ...(known && { hint: known.hint }) };
}

/** In words where there are some: `too many open files` and not `spawn /bin/sh EMFILE`. */
export function problemIn(error: Error): string {
  return KNOWN[errorCode(error) ?? '']?.problem ?? error.message;
}

/** Something that is never our mistake: a disk that is full, a folder of somebody else's. Path and operation as the system names them. */
export function refusalIn(error: unknown): Failure | undefined {
  const code = errorCode(error);
  if (code === undefined || KNOWN[code] === undefined || !(error instanceof Error) || !('syscall' in error))
    return undefined;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : '';
  const operation = String(error.syscall);
  return systemFailure(error, { operation: WORDS[operation] ?? operation, path });
}

const WORDS: Readonly<Record<string, string>> = {
  scandir: 'list',
  lstat: 'look at',
  stat: 'look at',
  unlink: 'remove',
};

const KNOWN: Readonly<Record<string, { readonly problem: string; readonly hint: string }>> = {
  ENOSPC: { problem: 'no space left on the disk', hint: 'free some space and run again: nothing half-done was kept' },
  EDQUOT: { problem: 'the disk quota is used up', hint: 'free some space and run again: nothing half-done was kept' },
  EROFS: { problem: 'the file system is read-only', hint: 'mount it writable, or work in another folder' },
  EACCES: { problem: 'permission denied', hint: 'check who owns it and its mode (ls -ld)' },
  EPERM: { problem: 'operation not permitted', hint: 'check who owns it and its mode (ls -ld, lsattr)' },
  EMFILE: { problem: 'too many open files', hint: 'raise the limit (ulimit -n) or run with a smaller -j' },
  ENFILE: { problem: 'too many open files on this machine', hint: 'close some programs and run again' },
  EBUSY: {
    problem: 'it is in use, or a disk is mounted there',
    hint: 'an out can be a file or folder in a mounted folder, not that folder itself',
  },
  EIO: { problem: 'the disk reports an error', hint: 'see dmesg: the disk may be failing' },
  ENAMETOOLONG: { problem: 'the name is too long for this file system', hint: 'use a shorter path' },
  ENOMEM: { problem: 'out of memory', hint: 'close some programs and run again' },
  ESTALE: { problem: 'the network file system lost the file', hint: 'run again; if it stays, mount it anew' },
};
