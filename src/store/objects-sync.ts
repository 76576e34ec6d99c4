/**
 * Waits until the bytes of many files are on the disk, so that their names can follow.
 * One call a file is right for a few; for thousands the whole file system at once is several times faster.
 */
import { open } from 'node:fs/promises';

const MANY = 256;
/** As many as the thread pool has threads. */
const AT_ONCE = 4;

/** `folder` is on the file system of all of them. */
export async function syncFiles(paths: readonly string[], folder: string): Promise<void> {
  if (paths.length >= MANY && (await isFileSystemSynced(folder))) return;
  const rest = paths.values();
  await Promise.all(Array.from({ length: AT_ONCE }, () => syncEach(rest)));
}

async function syncEach(paths: Iterable<string>): Promise<void> {
  for (const path of paths) {
    const file = await open(path, 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** Node has no syncfs(2); `sync -f` of coreutils and busybox is that. False where there is none. */
async function isFileSystemSynced(folder: string): Promise<boolean> {
  const { execFile } = await import('node:child_process'); // not loaded where nothing is stored
  return await new Promise((resolve) => {
    execFile('sync', ['-f', folder], (error) => resolve(error === null));
  });
}
