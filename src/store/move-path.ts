/**
 * Moves a file or folder: by a rename, and from one disk to another by a copy that gets its name when it
 * is whole. Killed in between, what was moved stands at its old place, at its new one, or at both.
 */
import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { publishTemporary, temporaryBeside } from './publish.ts';
import { errorCode } from './read-if-there.ts';

/** Absolute paths; nothing stands at `to`. Throws what the operating system says. */
export function movePath(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    renameSync(from, to);
  } catch (error) {
    if (errorCode(error) !== 'EXDEV') throw error;
    const temporary = temporaryBeside(to);
    cpSync(from, temporary, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    publishTemporary(temporary, to);
    rmSync(from, { recursive: true, force: true });
  }
}
