/**
 * Waits until the bytes of many files are on the disk, so that their names can follow.
 * One call a file is right for a few; for thousands the whole file system at once is several times faster.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { ifThere } from './read-if-there.ts';

/** From here on the whole file system at once is quicker. */
export const MANY = 256;
/** As many as the thread pool has threads. */
const AT_ONCE = 4;

/** `folder` is on the file system of all of them. */
export async function syncFiles(paths: readonly string[], folder: string): Promise<void> {
  if (paths.length >= MANY) {
    const { syncFileSystem } = await import('./sync-file-system.ts');
    if (await syncFileSystem(folder)) return;
  }
  const rest = paths.values();
  await Promise.all(Array.from({ length: AT_ONCE }, () => syncEach(rest)));
}

async function syncEach(paths: Iterable<string>): Promise<void> {
  for (const path of paths) {
    const file = await openIfThere(path);
    if (file === undefined) continue;
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** What was removed in the meantime needs no waiting for. */
async function openIfThere(path: string): Promise<FileHandle | undefined> {
  return open(path, 'r').catch((error: unknown) => ifThere(() => raise(error)));
}

function raise(error: unknown): never {
  throw error;
}
