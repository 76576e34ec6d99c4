/** A folder behind a real sftp-server, as ssh would start it. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { objectKey } from '../../src/store/remotes/remote.ts';
import { expectCollected } from '../store/remotes/collecting.ts';
import { cacheAt, isWhole, open, PART_BYTES, pullFrom, pushTo, put, putTree, random } from '../store/remotes/rig.ts';
import { tempFolder } from '../support/temp-folder.ts';

const SERVER = process.env['SFTP_TEST_SERVER'] ?? '';
const SMALL = ['a', 'b', 'c', 'd'].map((text) => Buffer.from(text));

async function rig(command = SERVER) {
  const folder = tempFolder();
  const url = `ssh://somewhere${encodeURI(folder)}/remote`;
  return { folder, remote: await open({ url, command }, folder, { attempts: 2 }) };
}

test('what is pushed from one cache is pulled into another, and nothing is sent twice', async () => {
  expect(existsSync(SERVER)).toBe(true);
  const { folder, remote } = await rig();
  const here = cacheAt(join(folder, 'here'));
  const there = cacheAt(join(folder, 'there'));
  const contents = [putTree(here, SMALL), put(here, random(9 * PART_BYTES + 5)), put(here, Buffer.alloc(0))];
  expect(await pushTo(remote, here, contents)).toMatchObject({ ok: true, value: { objects: 8, missing: new Set() } });
  expect(await pushTo(remote, here, contents)).toMatchObject({ value: { objects: 0 } });
  expect(await pushTo(remote, here, contents, { force: true })).toMatchObject({ value: { objects: 8 } });
  expect(await pullFrom(remote, there, folder, contents)).toMatchObject({ ok: true, value: { objects: 8 } });
  for (const content of contents) expect(isWhole(there, content)).toBe(true);
  const names = readdirSync(join(folder, 'remote'), { recursive: true, encoding: 'utf8' });
  expect(names.filter((name) => name.includes('.tmp'))).toEqual([]);
  await remote.close();
});

test('of 50 who create the same run record exactly one does, though each has a session of its own', async () => {
  const { folder, remote } = await rig();
  const others = await Promise.all(
    [1, 2, 3].map(() => open({ url: `ssh://x${encodeURI(folder)}/remote`, command: SERVER }, folder)),
  );
  const all = [remote, ...others];
  const writers = Array.from({ length: 50 }, (_, index) =>
    (all[index % all.length] ?? remote).create('runs/ab/r.json', Buffer.from(`writer ${index}`)),
  );
  const ends = (await Promise.all(writers)).map((end) => (end.ok ? end.value : end.error.problem));
  expect(ends.filter((end) => end === 'created')).toHaveLength(1);
  expect(ends.filter((end) => end === 'exists')).toHaveLength(49);
  const read = await remote.read('runs/ab/r.json');
  expect(read.ok && Buffer.from(read.value ?? []).toString()).toBe(`writer ${ends.indexOf('created')}`);
  await Promise.all(all.map((one) => one.close()));
});

test('listing, removing, and what is not there', async () => {
  const { folder, remote } = await rig();
  const here = cacheAt(join(folder, 'here'));
  const content = put(here, Buffer.from('x'));
  await pushTo(remote, here, [content]);
  const keys: string[] = [];
  for await (const listed of remote.list('objects')) if (listed.ok) keys.push(listed.value.key);
  expect(keys).toEqual([objectKey(content.digest)]);
  await remote.remove(objectKey(content.digest));
  await remote.remove(objectKey(content.digest));
  expect(await remote.stat(objectKey(content.digest))).toEqual({ ok: true, value: undefined });
  expect(await remote.read(objectKey(content.digest))).toEqual({ ok: true, value: undefined });
  await remote.close();
});

test('what is needed stays whole when the rest is taken away', async () => {
  const { folder, remote } = await rig();
  await expectCollected(remote, folder);
  await remote.close();
});

test.each([
  [
    'ends at once',
    'echo "ssh: connect to host x port 22: Connection refused" >&2; exit 255',
    'unreachable',
    /Connection refused/,
  ],
  ['lets nobody in', 'echo "user@x: Permission denied (publickey)." >&2; exit 255', 'refused', /Permission denied/],
  ['speaks something else', 'echo welcome to this machine', 'refused', /speaks no SFTP/],
])('a session that %s is said clearly', async (_, command, kind, words) => {
  const folder = tempFolder();
  const remote = await open({ url: 'ssh://x/y', command }, folder, { attempts: 2 });
  expect(await remote.stat('a')).toMatchObject({ ok: false, error: { kind, problem: expect.stringMatching(words) } });
  await remote.close();
});
