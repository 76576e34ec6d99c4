/** What has to hold when objects are taken out of a remote, of whatever kind it is. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Digest, digestOf } from '../../../src/lib/digest.ts';
import { collectRemote } from '../../../src/store/remotes/collect-remote.ts';
import { objectKey, type Remote } from '../../../src/store/remotes/remote.ts';
import type { ObjectFiles } from '../../../src/store/objects-files.ts';
import { cacheAt, isWhole, pullFrom, pushTo, put, putTree } from './rig.ts';

/** Everything is older than that; and nothing is older than the other one. */
export const ALL_OLD = Date.now() + 24 * 3600 * 1000;
const ALL_YOUNG = 0;

export const collectFrom = (
  remote: Remote,
  files: ObjectFiles,
  { needed, youngestMs, dry = false }: { needed: readonly string[]; youngestMs: number; dry?: boolean },
) =>
  collectRemote(
    { remote, files, jobs: 4, signal: undefined },
    { needed: new Set(needed), youngestMs, keepsRecords: false, dry },
  );

const bytesOf = (words: string) => words.split(' ').map((word) => Buffer.from(word));

export async function expectCollected(remote: Remote, folder: string): Promise<void> {
  const here = cacheAt(join(folder, 'here'));
  const needed = putTree(here, bytesOf('a b shared'));
  const other = putTree(here, bytesOf('x y shared'));
  const single = put(here, Buffer.from('alone'));
  await pushTo(remote, here, [needed, other, single]);
  const notes = { from: { bytes: Buffer.from('x') }, size: 1, digest: digestOf('x') };
  expect((await remote.put('objects/ab/notes.txt', notes)).ok).toBe(true);
  // A machine that has none of it looks into the folders of the remote.
  const empty = cacheAt(join(folder, 'empty'));
  const choice = { needed: [needed.digest], youngestMs: ALL_OLD };
  const dry = await collectFrom(remote, empty, { ...choice, dry: true });
  const amounts = (end: typeof dry) =>
    end.ok ? [end.value.objects.kept.length, end.value.objects.removed.length] : end.error.problem;
  // The folder, one below it and three files; of the other one's five all but what both have, and one more.
  expect(amounts(dry)).toEqual([5, 5]);
  expect(amounts(await collectFrom(remote, empty, { needed: [], youngestMs: ALL_YOUNG }))).toEqual([10, 0]);
  expect(await has(remote, other.digest)).toBe(true);
  expect(amounts(await collectFrom(remote, empty, choice))).toEqual([5, 5]);
  expect([await has(remote, other.digest), await has(remote, single.digest)]).toEqual([false, false]);
  expect(await remote.stat('objects/ab/notes.txt')).toEqual({ ok: true, value: 1 });
  const there = cacheAt(join(folder, 'there'));
  expect(await pullFrom(remote, there, folder, [needed])).toMatchObject({ ok: true, value: { missing: new Set() } });
  expect(isWhole(there, needed)).toBe(true);
  // What went is sent again, though its folder has half of its files there.
  expect(await pushTo(remote, here, [other])).toMatchObject({ ok: true, value: { missing: new Set() } });
  expect(await pullFrom(remote, there, folder, [other])).toMatchObject({ ok: true, value: { missing: new Set() } });
  expect(isWhole(there, other)).toBe(true);
}

const has = async (remote: Remote, digest: Digest): Promise<boolean> => {
  const there = await remote.stat(objectKey(digest));
  return there.ok && there.value !== undefined;
};
