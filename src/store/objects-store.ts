/**
 * Brings what stands in the workspace into the object store, every byte checked against its digest.
 *
 * Order: all bytes under temporary names, one sync for all of them, then the names, a folder's node after
 * everything it names. So a node that is there was complete once, whenever we are killed. A few objects of a
 * run get their names first and are synced with the rest of their group.
 */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { sameContent, type Content } from '../core/lock-entry.ts';
import { digestOf, type Digest } from '../lib/digest.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { copyTrusted, copyVerified, SMALL_BYTES } from './objects-copy.ts';
import { OBJECT_MODE } from './objects-files.ts';
import { changedFailure, listMissing, type MissingObject, type StoreParts } from './objects-missing.ts';
import { MANY, syncFiles } from './objects-sync.ts';
import { writeTemporary } from './publish.ts';
import { errorCode } from './read-if-there.ts';
import { systemFailure } from './system-failure.ts';
import { createTurns } from './turns.ts';

export async function storeContent(parts: StoreParts, path: string, content: Content): Promise<Result<void, Failure>> {
  try {
    const missing = await listMissing(parts, path, content);
    if (!missing.ok) return missing;
    const isStored = await storeObjects(parts, missing.value, () => isVouchedFor(parts, path, content));
    return isStored ? ok(undefined) : err(changedFailure(path));
  } catch (error) {
    const isGone = ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
    return err(isGone ? changedFailure(path) : systemFailure(error, { operation: 'store', path }));
  }
}

/** The stamp of a file says that it is still as it was digested. */
function isVouchedFor({ digester }: StoreParts, path: string, content: Content): boolean {
  const now = content.type === 'dir' ? 'unknown' : digester.peek(path);
  return now !== 'unknown' && sameContent(now, content);
}

interface Written {
  readonly temporary: string;
  readonly digest: Digest;
}

/** In the order of the list. False: some bytes are not what they were, and nothing was stored. Throws what the system says. */
export async function storeObjects(
  { files, syncs }: Pick<StoreParts, 'files' | 'syncs'>,
  missing: readonly MissingObject[],
  isTrusted: () => boolean = () => false,
): Promise<boolean> {
  const unpublished = new Set<Written>();
  const turn = createTurns();
  try {
    for (const object of missing) {
      const written = { temporary: files.temporary(object.digest), digest: object.digest };
      unpublished.add(written);
      if (!(await write(object, written.temporary, isTrusted))) return false;
      await turn();
    }
    const group = missing.length < MANY ? syncs : undefined;
    if (group === undefined) await syncAll([...unpublished]);
    for (const written of unpublished) {
      files.publish(written.temporary, written.digest);
      group?.addContent(files.pathOf(written.digest));
      unpublished.delete(written);
      await turn();
    }
    return true;
  } finally {
    for (const { temporary } of unpublished) rmSync(temporary, { force: true });
  }
}

async function write({ digest, size, from }: MissingObject, to: string, isTrusted: () => boolean): Promise<boolean> {
  if ('bytes' in from) {
    if (digestOf(from.bytes) !== digest) return false;
    writeTemporary(to, from.bytes, { mode: OBJECT_MODE, durable: false });
    return true;
  }
  const copy = { from: from.file, to, digest, size, mode: OBJECT_MODE };
  // The stamp of a large file vouches for it before and after, as it does in every other place.
  if (size <= SMALL_BYTES || !isTrusted()) return await copyVerified(copy);
  await copyTrusted(copy);
  return isTrusted();
}

async function syncAll(written: readonly Written[]): Promise<void> {
  const [first] = written;
  if (first !== undefined)
    await syncFiles(
      written.map(({ temporary }) => temporary),
      dirname(first.temporary),
    );
}
