import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Content } from '../../src/core/lock-entry.ts';
import { digestOf, type Digest } from '../../src/lib/digest.ts';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { clockMovesOn, describeTree, digestAt, digesterAt, storeAt, writeTree } from './content-fixture.ts';

const TREE = {
  'a.csv': 'a',
  'same as a.csv': 'a',
  'empty.txt': '',
  'run.sh': { exec: '#!/bin/sh\n' },
  link: { link: 'deep/er/b.csv' },
  broken: { link: 'nowhere' },
  deep: { er: { 'b.csv': 'b', '😀': 'c' }, 'big.bin': Buffer.alloc(2 * 1024 * 1024 + 1, 'big') },
};

async function stored(path = 'd'): Promise<{ root: string; content: Content; store: ReturnType<typeof storeAt> }> {
  const root = tempFolder();
  writeTree(root, { d: TREE, 'f.csv': 'file', 'x.sh': { exec: 'x' } });
  const digester = digesterAt(root);
  const content = await digestAt(root, path, digester);
  const store = storeAt(root, digester);
  expect(await store.store(path, content)).toMatchObject({ ok: true });
  return { root, content, store };
}

const objectFile = (root: string, digest: Digest): string =>
  join(root, '.pipe/cache/objects', digest.slice(0, 2), digest.slice(2));

function spoil(file: string, how: (file: string) => void): void {
  chmodSync(file, 0o644);
  how(file);
  chmodSync(file, 0o444);
}

const temporaries = (root: string): readonly string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.tmp-'));

test('a folder is restored with the same bytes, links and executable bits, whatever the umask', async () => {
  const { root, content, store } = await stored();
  const umask = process.umask(0o077);
  onTestFinished(() => void process.umask(umask));
  expect(await store.restore(content, 'new/place/e')).toEqual({ ok: true, value: 'restored' });
  expect(describeTree(join(root, 'new/place/e'))).toEqual(describeTree(join(root, 'd')));
  expect(statSync(join(root, 'new/place')).mode & 0o777).toBe(0o755);
  expect(await digestAt(root, 'new/place/e')).toEqual(content);
  expect(temporaries(root)).toEqual([]);
});

test.each(['f.csv', 'x.sh', 'd/deep/big.bin', 'd/broken', 'd/empty.txt'])('%s is restored as it was', async (path) => {
  const { root, content, store } = await stored(path);
  rmSync(join(root, path));
  expect(await store.restore(content, path)).toEqual({ ok: true, value: 'restored' });
  expect(await digestAt(root, path)).toEqual(content);
});

test('an empty folder is restored', async () => {
  const root = tempFolder();
  writeTree(root, { d: {} });
  const content = await digestAt(root, 'd');
  const store = storeAt(root);
  await store.store('d', content);
  expect(await store.restore(content, 'e')).toEqual({ ok: true, value: 'restored' });
  expect(readdirSync(join(root, 'e'))).toEqual([]);
});

test('objects are read-only, stored once, and the store says what it has', async () => {
  const { root, content, store } = await stored();
  const objects = join(root, '.pipe/cache/objects');
  const files = readdirSync(objects, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('/'));
  expect(new Set(files.map((name) => statSync(join(objects, name)).mode & 0o777))).toEqual(new Set([0o444]));
  // a, b, c, empty, run.sh, two link texts, big.bin and three nodes
  expect(files).toHaveLength(11);
  expect([store.has(content), store.has(content, { deep: true })]).toEqual([true, true]);
  rmSync(objectFile(root, digestOf('b')));
  expect([store.has(content), store.has(content, { deep: true })]).toEqual([true, false]);
});

test.each([
  ['a file', () => digestOf('b')],
  ['a large file', () => digestOf(TREE.deep['big.bin'])],
  ['the text of a link', () => digestOf('nowhere')],
  ['a node', (content: Content) => content.digest],
])('%s that is broken in the store is put in quarantine, and nothing is restored', async (_, digestIn) => {
  const { root, content, store } = await stored();
  const digest = digestIn(content);
  spoil(objectFile(root, digest), (file) => {
    const bytes = readFileSync(file);
    bytes[0] = 255 - (bytes[0] ?? 0);
    writeFileSync(file, bytes);
  });
  expect(await store.restore(content, 'e')).toEqual({ ok: true, value: 'missing' });
  expect(existsSync(join(root, 'e'))).toBe(false);
  expect(temporaries(root)).toEqual([]);
  expect(existsSync(objectFile(root, digest))).toBe(false);
  expect(readdirSync(join(root, '.pipe/cache/quarantine'))).toEqual([expect.stringContaining(digest)]);
  expect(store.has(content, { deep: true })).toBe(false);
});

test('what is missing or torn in the store is stored again from the workspace', async () => {
  const { root, content, store } = await stored();
  spoil(objectFile(root, digestOf('b')), (file) => truncateSync(file));
  rmSync(objectFile(root, digestOf('c')));
  expect(store.has(content, { deep: true })).toBe(false);
  expect(await store.store('d', content)).toMatchObject({ ok: true });
  expect(store.has(content, { deep: true })).toBe(true);
  expect(await store.restore(content, 'e')).toEqual({ ok: true, value: 'restored' });
});

test.each(['d/run.sh', 'd/deep/big.bin'])('%s changed after it was digested: nothing is stored', async (path) => {
  const root = tempFolder();
  writeTree(root, { d: TREE });
  await clockMovesOn(root);
  const digester = digesterAt(root);
  const [folder, file] = [await digestAt(root, 'd', digester), await digestAt(root, path, digester)];
  const bytes = readFileSync(join(root, path));
  bytes[0] = 255 - (bytes[0] ?? 0);
  writeFileSync(join(root, path), bytes);
  const store = storeAt(root, digester);
  expect(await store.store('d', folder)).toMatchObject({ ok: false, error: { code: 'path-refused' } });
  expect(await store.store(path, file)).toMatchObject({ ok: false, error: { code: 'path-refused', path } });
  expect([store.has(folder), store.has(file)]).toEqual([false, false]);
  expect(temporaries(root)).toEqual([]);
});

test('a large file that changes while it is copied is not stored', async () => {
  const root = tempFolder();
  writeTree(root, { 'big.bin': Buffer.alloc(48 * 1024 * 1024, 'big') });
  const digester = digesterAt(root);
  const content = await digestAt(root, 'big.bin', digester);
  const store = storeAt(root, digester);
  const storing = store.store('big.bin', content);
  await vi.waitUntil(() => temporaries(root).length > 0, { timeout: 20_000, interval: 1 });
  appendFileSync(join(root, 'big.bin'), 'more');
  expect(await storing).toMatchObject({ ok: false, error: { code: 'path-refused', path: 'big.bin' } });
  expect(store.has(content)).toBe(false);
});

test('a file or a folder that is gone by now is a failure, not a bug', async () => {
  const root = tempFolder();
  writeTree(root, { d: TREE, f: 'f' });
  const digester = digesterAt(root);
  const [folder, file] = [await digestAt(root, 'd', digester), await digestAt(root, 'f', digester)];
  rmSync(join(root, 'd/deep'), { recursive: true });
  rmSync(join(root, 'f'));
  const store = storeAt(root, digester);
  expect(await store.store('d', folder)).toMatchObject({ ok: false, error: { code: 'path-refused', path: 'd' } });
  expect(await store.store('f', file)).toMatchObject({ ok: false, error: { code: 'path-refused', path: 'f' } });
});

test('a folder digested by another process is stored from its index', async () => {
  const root = tempFolder();
  writeTree(root, { d: TREE });
  const content = await digestAt(root, 'd');
  const store = storeAt(root);
  expect(await store.store('d', content)).toMatchObject({ ok: true });
  expect(store.has(content, { deep: true })).toBe(true);
});

test('a link that leaves the project is refused, alone and in a folder; one that stays is stored as a copy', async () => {
  const root = tempFolder();
  const elsewhere = tempFolder();
  writeTree(elsewhere, { far: 'far', set: { s: 's' } });
  writeTree(root, {
    near: 'near',
    out: { link: join(elsewhere, 'far') },
    d: { n: { link: '../near' } },
    e: { f: { link: join(elsewhere, 'far') } },
    g: { s: { link: join(elsewhere, 'set') } },
  });
  const digester = digesterAt(root);
  const store = storeAt(root, digester);
  for (const [path, refused] of [
    ['out', 'out'],
    ['e', 'e/f'],
    ['g', 'g/s'],
  ] as const) {
    const content = await digestAt(root, path, digester);
    expect(await store.store(path, content)).toMatchObject({
      ok: false,
      error: { code: 'path-refused', path: refused },
    });
  }
  const content = await digestAt(root, 'd', digester);
  expect(await store.store('d', content)).toMatchObject({ ok: true });
  await store.restore(content, 'restored');
  expect(statSync(join(root, 'restored/n')).isFile()).toBe(true);
  expect(await digestAt(root, 'restored')).toEqual(content);
});

test('what stands at a path is never overwritten', async () => {
  const { root, content, store } = await stored();
  writeFileSync(join(root, 'mine'), 'mine');
  expect(await store.restore(content, 'mine')).toMatchObject({
    ok: false,
    error: { code: 'path-refused', path: 'mine' },
  });
  expect(readFileSync(join(root, 'mine'), 'utf8')).toBe('mine');
});

test('a large folder that was restored is known at a glance, by the next process too', async () => {
  const root = tempFolder();
  writeTree(root, { d: Object.fromEntries(Array.from({ length: 1200 }, (_, n) => [`f${n}`, 'same'])) });
  const digester = digesterAt(root);
  const content = await digestAt(root, 'd', digester);
  const store = storeAt(root, digester);
  await store.store('d', content);
  await store.restore(content, 'e');
  expect(digester.peek('e')).toEqual(content);
  digester.save();
  expect(digesterAt(root).peek('e')).toEqual(content);
  writeFileSync(join(root, 'e/f7'), 'X');
  expect(digesterAt(root).peek('e')).toBe('unknown');
});

test('a node from elsewhere cannot write outside its folder', async () => {
  const root = tempFolder();
  const store = storeAt(root);
  const inner = store.put(Buffer.from('bad'));
  const digest = store.put(Buffer.from(`["../escaped","file","${inner}",3]\n`));
  expect(await store.restore({ type: 'dir', digest, size: 3, files: 1 }, 'd')).toEqual({ ok: true, value: 'missing' });
  expect(readdirSync(root)).toEqual(['.pipe']);
});

test('small objects are kept and read back verified', () => {
  const root = tempFolder();
  const store = storeAt(root);
  const digest = store.put(Buffer.from('params'));
  expect(Buffer.from(store.read(digest) ?? []).toString()).toBe('params');
  spoil(objectFile(root, digest), (file) => writeFileSync(file, 'PARAMS'));
  expect(store.read(digest)).toBeUndefined();
  expect(store.has({ type: 'file', digest, size: 6, files: 1 })).toBe(false);
});

test('processes that store the same at once do each other no harm', async () => {
  const root = tempFolder();
  writeTree(root, { d: { ...TREE, ...Object.fromEntries(Array.from({ length: 260 }, (_, n) => [`f${n}`, `${n}`])) } });
  const rivals = [1, 2].map(() => runProgram(join(import.meta.dirname, 'objects-rival.ts'), [root, 'd']));
  writeFileSync(join(root, 'go'), '');
  const ends = await Promise.all(rivals.map(({ ended }) => ended));
  expect(ends.map(({ stderr }) => stderr)).toEqual(['', '']);
  const answers: { stored: unknown; content: Content }[] = ends.map(({ stdout }) => JSON.parse(stdout));
  expect(answers.map((answer) => answer.stored)).toEqual([{ ok: true }, { ok: true }]);
  const store = storeAt(root);
  const content = await digestAt(root, 'd');
  expect(store.has(content, { deep: true })).toBe(true);
  expect(await store.restore(content, 'e')).toEqual({ ok: true, value: 'restored' });
  expect(temporaries(root)).toEqual([]);
});
