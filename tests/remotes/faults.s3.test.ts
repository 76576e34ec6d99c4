/** A real S3 server behind a proxy that does wrong: nothing wrong is accepted, and the next try ends right. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Content } from '../../src/core/lock-entry.ts';
import { objectKey, type Remote } from '../../src/store/remotes/remote.ts';
import { expectCollected } from '../store/remotes/collecting.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { cacheAt, isWhole, open, pullFrom, pushTo, put, putTree, random } from '../store/remotes/rig.ts';
import { type Fault, type FaultProxy, KEYS, makeBucket, SERVER, startFaultProxy } from './real-s3.ts';

/** The smallest that S3 takes. */
const PART_BYTES = 5 * 1024 * 1024;
const SMALL = ['a', 'b', 'c', 'd'].map((text) => Buffer.from(text));

interface Rig {
  readonly folder: string;
  readonly proxy: FaultProxy;
  /** Through the proxy. */
  readonly remote: Remote;
  /** Past it. */
  readonly direct: Remote;
}

async function rig(): Promise<Rig> {
  const folder = tempFolder();
  const [bucket, proxy] = await Promise.all([makeBucket(), startFaultProxy()]);
  const settings = { url: `s3://${bucket}/a prefix`, timeout: 1, ...KEYS };
  const remote = await open({ ...settings, endpoint: proxy.url }, folder, { partBytes: PART_BYTES });
  const direct = await open({ ...settings, endpoint: SERVER }, folder, { partBytes: PART_BYTES });
  return { folder, proxy, remote, direct };
}

const once = (fault: Fault, matches: RegExp): FaultProxy['fault'] => {
  let left = 1;
  return (request) => (matches.test(request) && left-- > 0 ? fault : undefined);
};

const FAULTS: readonly (readonly [string, Fault])[] = [
  ['500', { status: 500 }],
  ['503 SlowDown', { status: 503, headers: { 'retry-after': '0' }, body: '<Error><Code>SlowDown</Code></Error>' }],
  ['a connection cut before the server hears', { cutRequest: true }],
  ['a connection cut before the answer', { cutAfter: 0 }],
  ['a connection cut in the answer', { cutAfter: 1 }],
  ['200 with an error page', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>sign in</html>' }],
  ['a server that is slower than we wait', { delayMs: 2500 }],
];

async function expectWhole({ folder, direct }: Rig, contents: readonly Content[]): Promise<void> {
  const fresh = join(folder, `fresh ${Math.random()}`);
  const files = cacheAt(fresh);
  expect(await pullFrom(direct, files, fresh, contents)).toMatchObject({ ok: true, value: { missing: new Set() } });
  for (const content of contents) expect(isWhole(files, content)).toBe(true);
}

test.each(FAULTS)(
  'push: %s',
  async (_, fault) => {
    for (const matches of [
      /^HEAD/,
      /^PUT .*objects.*[0-9a-f]$/,
      /^POST .*uploads=/,
      /^PUT .*partNumber=2/,
      /^POST .*uploadId/,
    ]) {
      const parts = await rig();
      const here = cacheAt(join(parts.folder, 'here'));
      const contents = [putTree(here, SMALL), put(here, random(2 * PART_BYTES + 1))];
      parts.proxy.fault = once(fault, matches);
      expect(await pushTo(parts.remote, here, contents)).toMatchObject({ ok: true, value: { missing: new Set() } });
      await expectWhole(parts, contents);
    }
  },
  240_000,
);

test.each([
  ...FAULTS,
  ['wrong bytes', { bytes: 'wrong' }] as const,
  ['a byte too few', { bytes: 'short' }] as const,
  ['a byte too many', { bytes: 'long' }] as const,
])(
  'pull: %s',
  async (_, fault) => {
    const parts = await rig();
    const here = cacheAt(join(parts.folder, 'here'));
    const contents = [putTree(here, SMALL), put(here, random(2 * PART_BYTES + 1))];
    await pushTo(parts.direct, here, contents);
    for (const content of [...contents, put(here, Buffer.from('a'))]) {
      const matches = new RegExp(`GET.*${objectKey(content.digest)}`);
      const there = cacheAt(join(parts.folder, `there ${content.digest}`));
      parts.proxy.fault = once(fault, matches);
      expect(await pullFrom(parts.remote, there, parts.folder, contents)).toMatchObject({
        ok: true,
        value: { missing: new Set() },
      });
      for (const one of contents) expect(isWhole(there, one)).toBe(true);
    }
  },
  240_000,
);

test('50 writers race for one run record: exactly one wins, and it is what everybody reads', async () => {
  const { direct } = await rig();
  for (const round of [1, 2, 3]) {
    const key = `runs/ab/${round}.json`;
    const writers = Array.from({ length: 50 }, (_, index) => direct.create(key, Buffer.from(`writer ${index}`)));
    const ends = (await Promise.all(writers)).map((end) => (end.ok ? end.value : end.error.problem));
    expect(ends.filter((end) => end === 'created')).toHaveLength(1);
    expect(ends.filter((end) => end === 'exists')).toHaveLength(49);
    const read = await direct.read(key);
    expect(read.ok && Buffer.from(read.value ?? []).toString()).toBe(`writer ${ends.indexOf('created')}`);
  }
});

test('what a remote lists is what was put there', async () => {
  const { direct, folder } = await rig();
  const here = cacheAt(join(folder, 'here'));
  const contents = SMALL.map((bytes) => put(here, bytes));
  await pushTo(direct, here, contents);
  const keys: string[] = [];
  for await (const listed of direct.list('objects')) keys.push(listed.ok ? listed.value.key : listed.error.problem);
  expect(keys.sort()).toEqual(contents.map(({ digest }) => objectKey(digest)).sort());
  const [first] = contents;
  await direct.remove(objectKey(first?.digest ?? expect.unreachable()));
  expect(await direct.stat(objectKey(first?.digest ?? expect.unreachable()))).toEqual({ ok: true, value: undefined });
});

test('what is needed stays whole when the rest is taken away', async () => {
  const { direct, folder } = await rig();
  await expectCollected(direct, folder);
});
