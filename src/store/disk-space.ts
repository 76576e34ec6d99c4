/** Whether a disk is as good as full: a command that fails then can often not even say so, its log being on it. */
import { statfsSync } from 'node:fs';

/** Less than this is no room for anything. */
const FULL_BYTES = 64 * 1024;

export function isDiskFull(folder: string): boolean {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(folder);
    // Some file systems do not count inodes, and say 0 of 0.
    return bavail * bsize < FULL_BYTES || (files > 0 && ffree === 0);
  } catch {
    return false; // not known here
  }
}
