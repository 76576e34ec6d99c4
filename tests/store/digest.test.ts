import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isEntryName } from '../../src/core/tree.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { clockMovesOn, digestAt, digesterAt, naiveDigest, sha256, writeTree, type Tree } from './content-fixture.ts';
import { fc } from '../support/properties.ts';

const names = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .filter((name) => isEntryName(name) && !/[~#]|^\./.test(name));
const { tree } = fc.letrec<{ tree: Tree; node: Tree[string] }>((tie) => ({
  tree: fc.dictionary(names, tie('node'), { maxKeys: 5 }),
  node: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.uint8Array({ maxLength: 50 }),
    fc.record({ exec: fc.string() }),
    tie('tree'),
  ),
}));

test('the digest of any tree is what an independent implementation says', async () => {
  await fc.assert(
    fc.asyncProperty(tree, async (some) => {
      const root = tempFolder();
      writeTree(join(root, 'd'), some);
      expect((await digestAt(root, 'd')).digest).toBe(naiveDigest(join(root, 'd')));
    }),
    { numRuns: 60 },
  );
});

test('names are ordered by UTF-16 code unit: an emoji before U+FFEE', async () => {
  const root = tempFolder();
  writeTree(root, { d: { '\uFFEE.txt': 'a', '😀.txt': 'b', 'Z.txt': 'c', 'a.txt': 'd' } });
  expect((await digestAt(root, 'd')).digest).toBe(naiveDigest(join(root, 'd')));
});

test('after any change the digest is that of a first look', async () => {
  const root = tempFolder();
  writeTree(root, { d: { a: '1', b: { c: '2', d: { e: '3' } }, f: '4', gone: '5', later: { was: 'folder' } } });
  await clockMovesOn(root);
  const digester = digesterAt(root);
  await digester.digest('d');
  const changes = [
    () => writeFileSync(join(root, 'd/b/d/e'), 'other'),
    () => rmSync(join(root, 'd/gone')),
    () => writeFileSync(join(root, 'd/0-first'), 'new'),
    () => renameSync(join(root, 'd/f'), join(root, 'd/b/f')),
    () => rmSync(join(root, 'd/later'), { recursive: true }),
    () => writeFileSync(join(root, 'd/later'), 'a file now'),
    () => chmodSync(join(root, 'd/a'), 0o755),
    () => rmSync(join(root, 'd/b/d'), { recursive: true }),
    () => mkdirSync(join(root, 'd/empty')),
  ];
  for (const change of changes) {
    change();
    expect((await digestAt(root, 'd', digester)).digest).toBe(naiveDigest(join(root, 'd')));
    const peeked = digester.peek('d');
    expect(peeked === 'unknown' || peeked?.digest).toBe(peeked === 'unknown' || naiveDigest(join(root, 'd')));
  }
});

test('what is unchanged is known to the next process at a glance', async () => {
  const root = tempFolder();
  writeTree(root, { 'f.csv': 'x', d: { a: '1', s: { b: '2' }, l: { link: 'a' } } });
  await clockMovesOn(root);
  const first = digesterAt(root);
  const [file, folder] = [await digestAt(root, 'f.csv', first), await digestAt(root, 'd', first)];
  first.save();
  expect(digesterAt(root).peek('f.csv')).toEqual(file);
  expect(digesterAt(root).peek('d')).toEqual(folder);
  expect(digesterAt(root).peek('nothing here')).toBeUndefined();
});

test('a touched file is read again and is the same', async () => {
  const root = tempFolder();
  writeTree(root, { d: { a: '1' } });
  await clockMovesOn(root);
  const digester = digesterAt(root);
  const before = await digestAt(root, 'd', digester);
  utimesSync(join(root, 'd/a'), 1, 1);
  expect(digester.peek('d')).toBe('unknown');
  expect(await digestAt(root, 'd', digester)).toEqual(before);
});

test('an edit that keeps size and modification time is seen', async () => {
  const root = tempFolder();
  writeTree(root, { 'f.csv': 'aaa', d: { a: 'aaa' } });
  await clockMovesOn(root);
  const first = digesterAt(root);
  await digestAt(root, 'f.csv', first);
  await digestAt(root, 'd', first);
  first.save();
  for (const path of ['f.csv', 'd/a']) {
    const { atime, mtime } = statSync(join(root, path));
    writeFileSync(join(root, path), 'bbb');
    utimesSync(join(root, path), atime, mtime);
  }
  expect((await digestAt(root, 'f.csv')).digest).toBe(sha256('bbb'));
  expect((await digestAt(root, 'd')).digest).toBe(naiveDigest(join(root, 'd')));
});

test('a file that was read within a tick of its last change is not believed next time', async () => {
  const root = tempFolder();
  writeTree(root, { 'f.csv': 'x', d: { a: '1' } });
  const justNow = () => lstatSync(join(root, 'd/a')).ctimeMs + 1;
  const digester = digesterAt(root, justNow);
  await digester.digest('f.csv');
  await digester.digest('d');
  digester.save();
  expect(digester.peek('f.csv')).toBe('unknown');
  expect(digesterAt(root).peek('f.csv')).toBe('unknown');
  expect(digesterAt(root).peek('d')).toBe('unknown');
});

test('the executable bit counts; other bits of the mode do not', async () => {
  const root = tempFolder();
  writeTree(root, { f: 'x' });
  expect(await digestAt(root, 'f')).toMatchObject({ type: 'file' });
  chmodSync(join(root, 'f'), 0o600);
  expect(await digestAt(root, 'f')).toMatchObject({ type: 'file' });
  chmodSync(join(root, 'f'), 0o700);
  expect(await digestAt(root, 'f')).toEqual({ type: 'exec', digest: sha256('x'), size: 1, files: 1 });
});

test('empty folders do not count, but a folder may be empty', async () => {
  const root = tempFolder();
  writeTree(root, { one: { a: '1', empty: { deeper: {} } }, other: { a: '1' }, none: {} });
  expect(await digestAt(root, 'one')).toEqual(await digestAt(root, 'other'));
  expect(await digestAt(root, 'none')).toEqual({ type: 'dir', digest: sha256(''), size: 0, files: 0 });
});

test('a file of several megabytes is digested like a small one', async () => {
  const root = tempFolder();
  const bytes = Buffer.alloc(3 * 1024 * 1024 + 7, 'content');
  writeTree(root, { 'big.bin': bytes, d: { 'big.bin': bytes } });
  expect(await digestAt(root, 'big.bin')).toEqual({
    type: 'file',
    digest: sha256(bytes),
    size: bytes.length,
    files: 1,
  });
  expect((await digestAt(root, 'd')).digest).toBe(naiveDigest(join(root, 'd')));
});

test('a file that grows while it is read is not believed afterwards', async () => {
  const root = tempFolder();
  writeTree(root, { 'big.bin': Buffer.alloc(8 * 1024 * 1024) });
  await clockMovesOn(root);
  const digester = digesterAt(root);
  const digested = digester.digest('big.bin');
  const growing = setInterval(() => appendFileSync(join(root, 'big.bin'), 'more'), 0);
  await digested;
  clearInterval(growing);
  expect(digester.peek('big.bin')).toBe('unknown');
  expect((await digestAt(root, 'big.bin', digester)).digest).toBe(naiveDigest(join(root, 'big.bin')));
});

test('a link inside the folder is its text, and so is a broken one', async () => {
  const root = tempFolder();
  writeTree(root, { d: { a: '1', in: { link: 'a' }, broken: { link: 'nowhere' }, self: { link: 'self' } } });
  const digester = digesterAt(root);
  await digestAt(root, 'd', digester);
  const [node] = [...digester.nodes('d')];
  expect(node?.entries.map(({ name, type, digest, size }) => [name, type, digest, size])).toEqual([
    ['a', 'file', sha256('1'), 1],
    ['broken', 'symlink', sha256('nowhere'), 7],
    ['in', 'symlink', sha256('a'), 1],
    ['self', 'symlink', sha256('self'), 4],
  ]);
});

test('a link that leads out of the folder counts as what it points at, and a change there is seen', async () => {
  const root = tempFolder();
  const elsewhere = tempFolder();
  writeTree(elsewhere, { 'far.csv': 'far', set: { s: 'set' } });
  writeTree(root, {
    'near.csv': 'near',
    d: {
      near: { link: '../near.csv' },
      far: { link: join(elsewhere, 'far.csv') },
      set: { link: join(elsewhere, 'set') },
    },
  });
  writeTree(root, { copy: { near: 'near', far: 'far', set: { s: 'set' } } });
  await clockMovesOn(root);
  const digester = digesterAt(root);
  expect(await digestAt(root, 'd', digester)).toEqual(await digestAt(root, 'copy', digester));
  expect(digester.peek('d')).not.toBe('unknown');
  for (const path of [join(root, 'near.csv'), join(elsewhere, 'far.csv'), join(elsewhere, 'set/s')]) {
    writeFileSync(path, `${path} changed`);
    const before = [...digester.nodes('d')].at(-1);
    expect(digester.peek('d')).toBe('unknown');
    await digestAt(root, 'd', digester);
    expect([...digester.nodes('d')].at(-1)).not.toEqual(before);
  }
});

test('a path that is a link itself counts as what it points at; a broken one as its text', async () => {
  const root = tempFolder();
  writeTree(root, {
    v1: { a: '1' },
    current: { link: 'v1' },
    'f.csv': 'x',
    latest: { link: 'f.csv' },
    broken: { link: 'no' },
  });
  expect(await digestAt(root, 'current')).toEqual(await digestAt(root, 'v1'));
  expect(await digestAt(root, 'latest')).toEqual(await digestAt(root, 'f.csv'));
  expect(await digestAt(root, 'broken')).toEqual({ type: 'symlink', digest: sha256('no'), size: 2, files: 1 });
  expect(digesterAt(root).peek('broken')).toEqual(await digestAt(root, 'broken'));
});

test('circles of links end', async () => {
  const root = tempFolder();
  writeTree(root, { x: { up: { link: '..' }, a: '1' }, ping: { link: 'pong' }, pong: { link: 'ping' } });
  expect(await digestAt(root, 'x')).toMatchObject({ type: 'dir' });
  expect(await digestAt(root, 'ping')).toMatchObject({ type: 'symlink' });
});

test('a link into the cache is the object it stands for, wherever the folder begins', async () => {
  const root = tempFolder();
  writeTree(root, { '.pipe': { cache: { o: 'bytes' } }, d: { a: { link: '../.pipe/cache/o' } }, copy: { a: 'bytes' } });
  expect(await digestAt(root, 'd')).toEqual(await digestAt(root, 'copy'));
  const digester = digesterAt(root);
  await digestAt(root, '.', digester);
  const nodes = new Map([...digester.nodes('.')].map(({ folder, entries }) => [folder, entries]));
  expect(nodes.get('d')).toEqual(nodes.get('copy'));
});

test('what cannot be recorded is refused by name', async () => {
  const root = tempFolder();
  writeTree(root, { d: { a: '1' }, e: { '\uFFFD': 'a replacement character is a name like any other' } });
  expect(await digesterAt(root).digest('e')).toMatchObject({ ok: true });
  execFileSync('mkfifo', [join(root, 'd/pipe'), join(root, 'alone')]);
  expect(await digesterAt(root).digest('d')).toMatchObject({
    ok: false,
    error: { code: 'path-refused', path: 'd/pipe' },
  });
  expect(await digesterAt(root).digest('alone')).toMatchObject({
    ok: false,
    error: { code: 'path-refused', path: 'alone' },
  });
  writeFileSync(Buffer.concat([Buffer.from(join(root, 'e/')), Buffer.from([0x62, 0xff])]), '');
  expect(await digesterAt(root).digest('e')).toMatchObject({ ok: false, error: { code: 'path-refused', path: 'e' } });
});

test('ignored names are no part of a folder, and a folder that is ignored itself is refused', async () => {
  const root = tempFolder();
  writeTree(root, {
    '.pipeignore': '*.log\nscratch/\n',
    one: {
      a: '1',
      'x.log': 'l',
      scratch: { s: 's' },
      '.git': { h: 'h' },
      __pycache__: { p: 'p' },
      '.a.swp': 's',
      '.gitignore': 'g',
      '.hidden': 'h',
    },
    other: { a: '1', '.hidden': 'h' },
    scratch: { s: 's' },
  });
  expect(await digestAt(root, 'one')).toEqual(await digestAt(root, 'other'));
  expect(await digesterAt(root).digest('scratch')).toMatchObject({
    ok: false,
    error: { code: 'path-refused', path: 'scratch' },
  });
  expect(digesterAt(root).peek('scratch')).toBe('unknown');
});

test('excluded paths do not count', async () => {
  const root = tempFolder();
  writeTree(root, { one: { a: '1', out: { o: 'o' }, 'o.csv': 'o' }, other: { a: '1' } });
  const excluded = await digesterAt(root).digest('one', { exclude: ['one/out', 'one/o.csv'] });
  expect(excluded).toEqual({ ok: true, value: await digestAt(root, 'other') });
});

test('the root itself can be digested', async () => {
  const root = tempFolder();
  writeTree(root, { a: '1', s: { b: '2' } });
  await clockMovesOn(root);
  const digester = digesterAt(root);
  expect((await digestAt(root, '.', digester)).files).toBe(2);
  digester.save();
  expect(digesterAt(root).peek('.')).toMatchObject({ files: 2 });
});

test('an edited link is seen', async () => {
  const root = tempFolder();
  writeTree(root, { d: { a: '1', b: '2', l: { link: 'a' } } });
  await clockMovesOn(root);
  const digester = digesterAt(root);
  const before = await digestAt(root, 'd', digester);
  rmSync(join(root, 'd/l'));
  symlinkSync('b', join(root, 'd/l'));
  expect(digester.peek('d')).not.toEqual(before);
  expect((await digestAt(root, 'd', digester)).digest).not.toBe(before.digest);
});
