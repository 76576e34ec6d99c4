/**
 * What one run has written and nobody has waited for yet: waiting for the disk once for many small files
 * costs hardly more than once for one. A group's lock entries are synced after its objects and records.
 *
 * Knows nothing of what is in the files. Nothing rests on when a group is synced but how much a power cut
 * costs: all of these files are known by their own digest, and one that was torn counts as absent.
 */
import { dirname } from 'node:path';
import { syncFiles } from './objects-sync.ts';

export interface SyncGroup {
  /** An object or a run record, under its final name. */
  addContent(path: string): void;
  addLock(path: string): void;
  /** Resolves when everything added so far is on the disk. Throws what the operating system says, of earlier groups too. */
  sync(): Promise<void>;
}

/** So much work at most is lost in a power cut. */
const GROUP_MS = 2_000;

export function createSyncGroup(): SyncGroup {
  const content = new Set<string>();
  const locks = new Set<string>();
  let last = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const sync = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const group = [take(content), take(locks)];
    last = last.then(() => syncInOrder(group));
    return last;
  };
  const add = (files: Set<string>, path: string): void => {
    files.add(path);
    // What goes wrong is told by the sync that somebody waits for.
    timer ??= setTimeout(() => void sync().catch(() => undefined), GROUP_MS).unref();
  };
  return { addContent: (path) => add(content, path), addLock: (path) => add(locks, path), sync };
}

async function syncInOrder(groups: readonly (readonly string[])[]): Promise<void> {
  for (const paths of groups) {
    const [first] = paths;
    if (first !== undefined) await syncFiles(paths, dirname(first));
  }
}

function take(files: Set<string>): readonly string[] {
  const taken = [...files];
  files.clear();
  return taken;
}
