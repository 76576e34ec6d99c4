/** Node has no syncfs(2); `sync -f` of coreutils and busybox is that. Apart from its caller, so that it is loaded only for many files. */
import { execFile } from 'node:child_process';

/** Waits until all of the file system that holds `folder` is on the disk. False where there is no such command. */
export function syncFileSystem(folder: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('sync', ['-f', folder], (error) => resolve(error === null));
  });
}
