import { readdirSync, readFileSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf } from '../../src/lib/digest.ts';
import { createStatIndex, isSettled } from '../../src/store/stat-index.ts';
import { StatTable } from '../../src/store/stat-index-table.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { clockMovesOn, digestAt, digesterAt, naiveDigest, sha256, writeTree } from './content-fixture.ts';

async function indexed(): Promise<{ root: string; files: readonly string[] }> {
  const root = tempFolder();
  writeTree(root, { 'f.csv': 'x', 'g.csv': 'y', d: { a: '1', s: { b: '2', '😀': '3' } }, e: { s: { a: '1' } } });
  await clockMovesOn(root);
  const digester = digesterAt(root);
  for (const path of ['f.csv', 'g.csv', 'd', 'e']) await digester.digest(path);
  digester.save();
  const index = join(root, '.pipe/index');
  return { root, files: readdirSync(index).map((name) => join(index, name)) };
}

async function answersAreRight(root: string): Promise<void> {
  expect((await digestAt(root, 'f.csv')).digest).toBe(sha256('x'));
  expect((await digestAt(root, 'd')).digest).toBe(naiveDigest(join(root, 'd')));
}

test('with the index deleted every answer is the same', async () => {
  const { root } = await indexed();
  rmSync(join(root, '.pipe/index'), { recursive: true });
  expect(digesterAt(root).peek('f.csv')).toBe('unknown');
  await answersAreRight(root);
});

test('a torn index counts as absent, wherever it was torn', async () => {
  const { root, files } = await indexed();
  for (const file of files) {
    const bytes = readFileSync(file);
    for (let length = 0; length < bytes.length; length += 13) {
      writeFileSync(file, bytes.subarray(0, length));
      await answersAreRight(root);
      expect(StatTable.decode(bytes.subarray(0, length))).toBeUndefined();
    }
    writeFileSync(file, Buffer.concat([bytes.subarray(0, bytes.length / 2), Buffer.alloc(bytes.length / 2)]));
    await answersAreRight(root);
  }
});

test('an index with a byte changed counts as absent', async () => {
  const { root } = await indexed();
  const file = join(root, '.pipe/index/files');
  const bytes = readFileSync(file);
  const at = bytes.indexOf(Buffer.from(sha256('x'), 'hex'));
  bytes[at] = 255 - (bytes[at] ?? 0);
  writeFileSync(file, bytes);
  await answersAreRight(root);
});

test('an index of another folder, or something else altogether, changes no answer', async () => {
  const { root, files } = await indexed();
  for (const [one = '', other = ''] of [files, [...files].reverse()]) {
    writeFileSync(one, readFileSync(other));
    await answersAreRight(root);
    writeFileSync(one, 'not an index');
    await answersAreRight(root);
  }
});

test('an index that cannot be written costs nothing but time', async () => {
  const root = tempFolder();
  writeTree(root, { 'f.csv': 'x', '.pipe': 'a file where a folder should be' });
  const digester = digesterAt(root);
  await digester.digest('f.csv');
  expect(() => digester.save()).not.toThrow();
});

test('an unchanged file is not read: its digest is what the index says', async () => {
  const { root } = await indexed();
  const index = createStatIndex(join(root, '.pipe/index'));
  const row = index.file('f.csv');
  if (row === undefined) throw new Error('f.csv was indexed');
  index.setFile('f.csv', { ...row, digest: digestOf('forged') });
  index.save();
  expect((await digestAt(root, 'f.csv')).digest).toBe(sha256('forged'));
  const fresh = await digesterAt(root).digest('f.csv', { fresh: true });
  expect(fresh).toMatchObject({ ok: true, value: { digest: sha256('x') } });
});

test('what other processes learnt about other files is kept, unless they wrote meanwhile', async () => {
  const { root } = await indexed();
  chmodSync(join(root, 'g.csv'), 0o755);
  await clockMovesOn(root);
  const digester = digesterAt(root);
  await digester.digest('g.csv');
  digester.save();
  expect(digesterAt(root).peek('f.csv')).toMatchObject({ digest: sha256('x') });
  expect(digesterAt(root).peek('g.csv')).toMatchObject({ type: 'exec' });
});

test('a table is read back as it was written', () => {
  const table = new StatTable();
  const row = {
    type: 'exec',
    digest: digestOf('a'),
    size: 2 ** 40,
    mtimeMs: 1.5,
    ctimeMs: Number.NaN,
    ino: 7,
  } as const;
  for (let n = 0; n < 100; n++) table.append(`näme ${n}`, { ...row, size: n });
  table.append('s', 'dir');
  table.append('below', row);
  table.close('s', { first: 101, count: 1 });
  table.close('', { first: 0, count: 101 });
  const back = StatTable.decode(table.encode());
  expect(back?.entries('')).toEqual(table.entries(''));
  expect(back?.entries('s')).toEqual([{ name: 'below', type: 'exec', digest: digestOf('a'), size: 2 ** 40, files: 1 }]);
  expect(back?.rowAt(99)).toEqual({ ...row, size: 99 });
  expect([...(back?.folders() ?? [])]).toEqual(['s', '']);
});

test.each([
  [{ mtimeMs: 1000.5, ctimeMs: 1000.5 }, 1021, true],
  [{ mtimeMs: 1000.5, ctimeMs: 1000.5 }, 1020, false],
  [{ mtimeMs: 1, ctimeMs: 1000.5 }, 1010, false],
  [{ mtimeMs: 5000.5, ctimeMs: 1000.5 }, 4000, false],
  // A file system that only knows whole seconds
  [{ mtimeMs: 1000, ctimeMs: 1000 }, 3000, false],
  [{ mtimeMs: 1000, ctimeMs: 1000 }, 3501, true],
])('%j read at %i is settled: %s', (times, readAt, settled) => {
  expect(isSettled({ size: 1, ino: 1, ...times }, readAt)).toBe(settled);
});
