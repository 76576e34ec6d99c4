/** Taking out of a remote what nobody needs: never what is named, and never so that a folder lies. */
import { readdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readNode } from '../../../src/store/objects-restore.ts';
import { objectKey, type Remote } from '../../../src/store/remotes/remote.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { ALL_OLD, collectFrom, expectCollected } from './collecting.ts';
import { cacheAt, open, pushTo, put, putTree } from './rig.ts';

const WORDS = ['a', 'b', 'c'].map((text) => Buffer.from(text));

async function rig() {
  const folder = tempFolder();
  return { folder, remote: await open({ url: 'remote' }, folder), here: cacheAt(join(folder, 'here')) };
}

test('a folder: what is needed stays whole, and what went can be pushed again', async () => {
  const { folder, remote } = await rig();
  await expectCollected(remote, folder);
});

test('what a young folder names stays, however old it is: somebody has just pushed it', async () => {
  const { folder, remote, here } = await rig();
  const tree = putTree(here, WORDS);
  await pushTo(remote, here, [tree]);
  const then = new Date(Date.now() - 90 * 24 * 3600 * 1000);
  const root = join(folder, 'remote/objects');
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }))
    if (!name.endsWith(tree.digest.slice(2))) utimesSync(join(root, name), then, then);
  const youngestMs = Date.now() - 24 * 3600 * 1000;
  const done = await collectFrom(remote, here, { needed: [], youngestMs });
  expect(done.ok && done.value.objects.removed).toEqual([]);
});

test('stopped at any moment, a folder that is there is whole', async () => {
  const { remote, here } = await rig();
  const tree = putTree(here, WORDS);
  await pushTo(remote, here, [tree, put(here, Buffer.from('alone'))]);
  const removed: string[] = [];
  const watched: Remote = {
    ...remote,
    remove: async (key) => {
      removed.push(key);
      return await remote.remove(key);
    },
  };
  const done = await collectFrom(watched, here, { needed: [], youngestMs: ALL_OLD });
  expect(done.ok && done.value.objects.kept).toEqual([]);
  // The outer folder, the inner one, and then files in any order.
  expect(removed[0]).toBe(objectKey(tree.digest));
  expect(readNode(here, tree.digest)?.find(({ type }) => type === 'dir')?.digest).toBe(digestIn(removed[1]));
  expect(removed).toHaveLength(6);
});

const digestIn = (key = '') => key.replace(/^objects\/(..)\//, '$1');

test('a folder whose object is broken ends it all, with nothing removed', async () => {
  const { folder, remote, here } = await rig();
  const tree = putTree(here, WORDS);
  await pushTo(remote, here, [tree, put(here, Buffer.from('alone'))]);
  const file = join(folder, 'remote', objectKey(tree.digest));
  writeFileSync(`${file}.new`, '["something else"]\n');
  renameSync(`${file}.new`, file);
  const before = readdirSync(join(folder, 'remote'), { recursive: true }).sort();
  const empty = cacheAt(join(folder, 'empty'));
  const done = await collectFrom(remote, empty, { needed: [tree.digest], youngestMs: ALL_OLD });
  expect(done).toMatchObject({
    ok: false,
    error: { problem: expect.stringMatching(/is broken.*nothing was removed/) },
  });
  expect(readdirSync(join(folder, 'remote'), { recursive: true }).sort()).toEqual(before);
});
