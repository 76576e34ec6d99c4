/** Whether content can be had from the object store, by its bytes: before the only other copy goes. */
import type { Content } from '../core/lock-entry.ts';
import type { Digest } from '../lib/digest.ts';
import { digestAt } from './objects-copy.ts';
import type { ObjectFiles } from './objects-files.ts';
import { readNode } from './objects-restore.ts';
import { errorCode } from './read-if-there.ts';

/** What does not match its name is set aside, as everywhere. `toTheEnd`: all that is broken, and not only what is found first. */
export async function isWhole(files: ObjectFiles, content: Content, { toTheEnd = false } = {}): Promise<boolean> {
  let isAll = true;
  const pending: { readonly type: Content['type']; readonly digest: Digest }[] = [content];
  const seen = new Set<Digest>();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next.digest)) continue;
    seen.add(next.digest);
    if (next.type === 'dir') {
      const entries = readNode(files, next.digest);
      if (entries === undefined) isAll = false;
      for (const entry of entries ?? []) pending.push(entry);
    } else if (!(await isFileWhole(files, next.digest))) isAll = false;
    if (!isAll && !toTheEnd) return false;
  }
  return isAll;
}

async function isFileWhole(files: ObjectFiles, digest: Digest): Promise<boolean> {
  try {
    if ((await digestAt(files.pathOf(digest))) === digest) return true;
    files.quarantine(digest);
    return false;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
