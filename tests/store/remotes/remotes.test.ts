/** Every kind of remote keeps the same promises; servers that do wrong are believed in nothing. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf } from '../../../src/lib/digest.ts';
import { openPieces } from '../../../src/store/remotes/download.ts';
import { objectKey, type Remote } from '../../../src/store/remotes/remote.ts';
import { type ObjectServer, startObjectServer } from '../../support/object-server.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { cacheAt, isWhole, KEYS, open, PART_BYTES, pullFrom, pushTo, put, putTree, random } from './rig.ts';

const SMALL = ['a', 'b', 'c', 'd'].map((text) => Buffer.from(text));

interface Rig {
  readonly folder: string;
  readonly remote: Remote;
  readonly server: ObjectServer;
}

async function s3(): Promise<Rig> {
  const folder = tempFolder();
  const server = await startObjectServer();
  const remote = await open({ url: 's3://bucket/some prefix', endpoint: server.url, ...KEYS }, folder);
  return { folder, remote, server };
}

async function ofKind(kind: 's3' | 'folder'): Promise<Omit<Rig, 'server'>> {
  if (kind === 's3') return await s3();
  const folder = tempFolder();
  return { folder, remote: await open({ url: 'remote' }, folder) };
}

const KINDS = ['s3', 'folder'] as const;

test.each(KINDS)('%s: what is pushed from one cache is pulled into another', async (kind) => {
  const { folder, remote } = await ofKind(kind);
  const here = cacheAt(join(folder, 'here'));
  const there = cacheAt(join(folder, 'there'));
  const contents = [putTree(here, SMALL), put(here, random(3 * PART_BYTES + 5)), put(here, Buffer.alloc(0))];
  expect(await pushTo(remote, here, contents)).toMatchObject({ ok: true, value: { objects: 8, missing: new Set() } });
  expect(await pullFrom(remote, there, folder, contents)).toMatchObject({ ok: true, value: { objects: 8 } });
  for (const content of contents) expect(isWhole(there, content)).toBe(true);
});

test.each(KINDS)('%s: what is there is not sent again, and one question answers for a whole tree', async (kind) => {
  const { folder, remote } = await ofKind(kind);
  const here = cacheAt(join(folder, 'here'));
  const tree = putTree(here, SMALL);
  await pushTo(remote, here, [tree]);
  expect(await pushTo(remote, here, [tree])).toMatchObject({ value: { objects: 0, bytes: 0 } });
  expect(await pushTo(remote, here, [tree], { force: true })).toMatchObject({ value: { objects: 6 } });
});

test('S3: a second push of a tree is one request', async () => {
  const { folder, remote, server } = await s3();
  const here = cacheAt(join(folder, 'here'));
  const tree = putTree(here, SMALL);
  await pushTo(remote, here, [tree]);
  const before = server.requests.length;
  await pushTo(remote, here, [tree]);
  expect(server.requests.slice(before)).toEqual([`HEAD /bucket/some%20prefix/${objectKey(tree.digest)}`]);
});

test.each(KINDS)('%s: the node of a folder is not sent while something below it is missing', async (kind) => {
  const { folder, remote } = await ofKind(kind);
  const here = cacheAt(join(folder, 'here'));
  const tree = putTree(here, SMALL);
  rmSync(here.pathOf(digestOf('a')));
  const pushed = await pushTo(remote, here, [tree]);
  expect(pushed.ok && pushed.value.missing.has(tree.digest)).toBe(true);
  expect(await remote.stat(objectKey(tree.digest))).toEqual({ ok: true, value: undefined });
});

test.each(KINDS)('%s: a broken object of the cache is not sent', async (kind) => {
  const { folder, remote } = await ofKind(kind);
  const here = cacheAt(join(folder, 'here'));
  const small = put(here, Buffer.from('small'));
  rmSync(here.pathOf(small.digest));
  writeFileSync(here.pathOf(small.digest), 'other');
  expect(await pushTo(remote, here, [small])).toMatchObject({
    value: { objects: 0, missing: new Set([small.digest]) },
  });
  const large = put(here, random(PART_BYTES + 1));
  rmSync(here.pathOf(large.digest));
  writeFileSync(here.pathOf(large.digest), random(PART_BYTES + 1));
  expect(await pushTo(remote, here, [large])).toMatchObject({ ok: false, error: { kind: 'refused' } });
  expect(await remote.stat(objectKey(large.digest))).toMatchObject({ value: undefined });
});

test.each(KINDS)('%s: what the remote does not have is named, and the rest comes', async (kind) => {
  const { folder, remote } = await ofKind(kind);
  const here = cacheAt(join(folder, 'here'));
  const there = cacheAt(join(folder, 'there'));
  const [sent, kept, large] = [
    put(here, Buffer.from('sent')),
    put(here, Buffer.from('kept')),
    put(here, random(PART_BYTES + 1)),
  ];
  await pushTo(remote, here, [sent]);
  const pulled = await pullFrom(remote, there, folder, [sent, kept, large]);
  expect(pulled).toMatchObject({ value: { missing: new Set([kept.digest, large.digest]) } });
  expect(isWhole(there, sent)).toBe(true);
});

test.each(KINDS)('%s: of 50 who create the same run record at the same time exactly one does', async (kind) => {
  const { remote } = await ofKind(kind);
  const writers = Array.from({ length: 50 }, (_, index) =>
    remote.create('runs/ab/record.json', Buffer.from(`writer ${index}`)),
  );
  const ends = (await Promise.all(writers)).map((end) => (end.ok ? end.value : end.error.problem));
  expect(ends.filter((end) => end === 'created')).toHaveLength(1);
  expect(ends.filter((end) => end === 'exists')).toHaveLength(49);
  const winner = ends.indexOf('created');
  const read = await remote.read('runs/ab/record.json');
  expect(read.ok && Buffer.from(read.value ?? []).toString()).toBe(`writer ${winner}`);
});

test('a folder: no temporary file stays, and names are given to whole files only', async () => {
  const { folder, remote } = await ofKind('folder');
  const here = cacheAt(join(folder, 'here'));
  await pushTo(remote, here, [putTree(here, SMALL)]);
  const names = readdirSync(join(folder, 'remote'), { recursive: true, encoding: 'utf8' });
  expect(names.filter((name) => name.includes('.tmp'))).toEqual([]);
});

const ONCE = (fault: ReturnType<ObjectServer['fault']>, matches: RegExp): ObjectServer['fault'] => {
  let left = 1;
  return (request) => (matches.test(request) && left-- > 0 ? fault : undefined);
};

const FAULTS = [
  ['500', { status: 500 }],
  ['503 SlowDown', { status: 503, headers: { 'retry-after': '0' }, body: '<Error><Code>SlowDown</Code></Error>' }],
  ['429', { status: 429 }],
  ['a cut connection', { cutAfter: 0 }],
  ['200 with an error page', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>sign in</html>' }],
] as const;

test.each(FAULTS)('S3: %s in the middle of a push is got over', async (_, fault) => {
  const { folder, remote, server } = await s3();
  const here = cacheAt(join(folder, 'here'));
  const contents = [putTree(here, SMALL), put(here, random(2 * PART_BYTES))];
  for (const matches of [/^HEAD/, /^PUT .*objects/, /^POST .*uploads/, /^PUT .*partNumber=2/, /^POST .*uploadId/]) {
    server.objects.clear();
    server.fault = ONCE(fault, matches);
    expect(await pushTo(remote, here, contents)).toMatchObject({
      ok: true,
      value: { missing: new Set() },
    });
    for (const [path, bytes] of server.objects) expect(path).toContain(objectKey(digestOf(bytes)));
    expect(server.objects.size).toBe(7);
  }
});

test.each([
  ...FAULTS,
  ['wrong bytes', { bytes: 'wrong' }],
  ['a byte too few', { bytes: 'short' }],
  ['a byte too many', { bytes: 'long' }],
  ['a connection cut in the middle', { cutAfter: 1 }],
] as const)('S3: %s in the middle of a pull is got over, and never accepted', async (_, fault) => {
  const { folder, remote, server } = await s3();
  const here = cacheAt(join(folder, 'here'));
  const contents = [putTree(here, SMALL), put(here, random(2 * PART_BYTES))];
  await pushTo(remote, here, contents);
  const [tree, large] = contents.map(({ digest }) => objectKey(digest));
  for (const matches of [
    new RegExp(`GET.*${tree}`),
    new RegExp(`GET.*${large}`),
    new RegExp(`GET.*${objectKey(digestOf('a'))}`),
  ]) {
    const there = cacheAt(join(folder, `there${matches.source.length}`));
    server.fault = ONCE(fault, matches);
    expect(await pullFrom(remote, there, folder, contents)).toMatchObject({
      ok: true,
      value: { missing: new Set() },
    });
    for (const content of contents) expect(isWhole(there, content)).toBe(true);
  }
});

test.each(['wrong', 'short', 'long'] as const)(
  'S3: a server that always sends %s bytes is never believed',
  async (bytes) => {
    const { folder, remote, server } = await s3();
    const here = cacheAt(join(folder, 'here'));
    const there = cacheAt(join(folder, 'there'));
    const content = put(here, Buffer.from('content'));
    await pushTo(remote, here, [content]);
    server.fault = () => ({ bytes });
    const patient = await open({ url: 's3://bucket/some prefix', endpoint: server.url, ...KEYS }, folder, {
      attempts: 2,
    });
    expect(await pullFrom(patient, there, folder, [content])).toMatchObject({ ok: false });
    expect(existsSync(there.pathOf(content.digest))).toBe(false);
  },
);

test('S3: a server that knows no conditional requests is named for what it lacks', async () => {
  const { remote, server } = await s3();
  server.fault = (request) => (request.startsWith('PUT') ? { status: 501 } : undefined);
  const created = await remote.create('runs/ab/record.json', Buffer.from('x'));
  expect(created).toMatchObject({
    ok: false,
    error: { kind: 'unsupported', problem: expect.stringContaining('If-None-Match') },
  });
});

test('S3: after a failure an upload in parts goes on where it was', async () => {
  const { folder, server } = await s3();
  const here = cacheAt(join(folder, 'here'));
  const content = put(here, random(5 * PART_BYTES));
  server.fault = (request) => (/partNumber=4/.test(request) ? { status: 403 } : undefined);
  const first = await open({ url: 's3://bucket/p', endpoint: server.url, ...KEYS }, folder);
  server.fault = (request) => (/partNumber=4/.test(request) ? { status: 500 } : undefined);
  const hasty = await open({ url: 's3://bucket/p', endpoint: server.url, ...KEYS }, folder, { attempts: 1 });
  expect(await pushTo(hasty, here, [content])).toMatchObject({ ok: false });
  server.fault = () => undefined;
  const before = server.requests.length;
  expect(await pushTo(first, here, [content])).toMatchObject({ ok: true });
  const sent = server.requests.slice(before).filter((request) => request.includes('partNumber='));
  expect(sent.length).toBeLessThan(5);
  expect([...server.objects.values()].map(digestOf)).toEqual([content.digest]);
  expect(readdirSync(join(folder, 'uploads'))).toEqual([]);
});

test('S3: after a failure a large download goes on where it was', async () => {
  const { folder, remote, server } = await s3();
  const here = cacheAt(join(folder, 'here'));
  const there = cacheAt(join(folder, 'there'));
  const content = put(here, random(4 * PART_BYTES));
  await pushTo(remote, here, [content]);
  const hasty = await open({ url: 's3://bucket/some prefix', endpoint: server.url, ...KEYS }, folder, { attempts: 1 });
  let ranges = 0;
  server.fault = (request) => (request.startsWith('GET') && ++ranges > 5 ? { status: 403 } : undefined);
  expect(await pullFrom(hasty, there, folder, [content])).toMatchObject({ ok: false });
  const [left = ''] = readdirSync(join(folder, 'partial'));
  const begun = readFileSync(join(folder, 'partial', left));
  expect(begun.length).toBeGreaterThan(0);
  expect(Buffer.compare(begun, readFileSync(here.pathOf(content.digest)).subarray(0, begun.length))).toBe(0);
});

test.each(KINDS)('%s: whatever stands under a key is read in order, a piece at a time', async (kind) => {
  const { remote } = await ofKind(kind);
  const bytes = random(5 * PART_BYTES + 7);
  await remote.put('any/key', { from: { bytes }, size: bytes.length, digest: digestOf(bytes) });
  const opened = await openPieces(remote, 'any/key');
  const pieces: Uint8Array[] = [];
  for await (const piece of (opened.ok ? opened.value : undefined) ?? expect.unreachable()) pieces.push(piece);
  expect(Buffer.compare(Buffer.concat(pieces), bytes)).toBe(0);
  expect(pieces.length).toBeGreaterThan(5);
  expect(await openPieces(remote, 'no/key')).toEqual({ ok: true, value: undefined });
});
