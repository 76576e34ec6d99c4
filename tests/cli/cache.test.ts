/** The cache as people set it up: elsewhere, shared, with links; and `gc`, which keeps what anybody needs. */
import { lstatSync, readdirSync, readlinkSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { createRig, type Rig } from '../support/workspace.ts';
import { type } from './fake-io.ts';

const PIPELINE = `stages:
  make:
    cmd: mkdir dir; cp in.txt dir/a; cp in.txt file; printf '#!/bin/sh' > run; chmod +x run; echo 1 > metric
    deps: [in.txt]
    outs: [dir, file, run]
    metrics: [{metric: {cache: false}}]
`;

function rigWith(config: string, pipeline = PIPELINE): Rig {
  return createRig({ 'pipeline.yaml': pipeline, 'in.txt': 'one', '.pipe/config.yaml': config });
}

const json = async (line: string, rig: Rig) => JSON.parse((await type(`${line} --json`, rig.root)).stdout);

test('a cache elsewhere is shared: what one checkout made, another restores', async () => {
  const cache = tempFolder();
  const one = rigWith(`cache: {dir: ${JSON.stringify(cache)}}`);
  await one.repro();
  const other = rigWith(`cache:\n  dir: ${JSON.stringify(cache)}\n`);
  expect((await other.repro()).of('make')).toMatchObject({ kind: 'restored', from: 'run-cache' });
  expect(other.read('dir/a')).toBe('one');
  expect(one.exists('.pipe/cache')).toBe(false);
});

test('what config.local.yaml says wins; a path is relative to the root', async () => {
  const rig = rigWith('cache: {dir: ../nowhere}');
  rig.write('.pipe/config.local.yaml', 'cache: {dir: kept}\n');
  await rig.repro();
  expect(rig.exists('kept/objects')).toBe(true);
  expect((await rig.repro()).summary.fresh).toEqual(['make']);
});

test('a mistake in config.yaml is told with its place; nothing runs', async () => {
  const rig = rigWith('cache:\n  dri: x\n  link: [hardlnk]\n');
  const { exitCode, stderr } = await type('repro', rig.root);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('.pipe/config.yaml:2:3 cache.dri: unknown key `dri`');
  expect(stderr).toContain('did you mean `dir`?');
  expect(stderr).toContain('.pipe/config.yaml:3:10');
  expect(rig.exists('file')).toBe(false);
});

test('hard links: outs take no room of their own and are read-only; executables and uncached outs are copies', async () => {
  const rig = rigWith('cache: {link: [hardlink, copy]}');
  await rig.repro();
  const of = (path: string) => statSync(join(rig.root, path));
  const shape = () =>
    ['file', 'dir/a', 'run', 'metric'].map((path) => [of(path).nlink > 1, (of(path).mode & 0o777).toString(8)]);
  const linked = [
    [true, '444'],
    [true, '444'],
    [false, '755'],
    [false, '644'],
  ];
  expect(shape()).toEqual(linked);
  expect((await rig.repro()).summary.fresh).toEqual(['make']);
  for (const path of ['file', 'dir', 'run', 'metric']) rig.remove(path);
  expect((await rig.repro()).of('make')).toMatchObject({ kind: 'restored' });
  expect(shape()).toEqual(linked);
  expect((await rig.repro()).summary.fresh).toEqual(['make']);
});

test('symbolic links lead to the objects, and count as what they lead to', async () => {
  const rig = rigWith('cache: {link: [symlink]}');
  await rig.repro();
  expect(readlinkSync(join(rig.root, 'file'))).toMatch(/\.pipe\/cache\/objects\/[0-9a-f]{2}\/[0-9a-f]{62}$/);
  expect(lstatSync(join(rig.root, 'dir')).isDirectory()).toBe(true);
  expect(rig.read('dir/a')).toBe('one');
  expect((await rig.repro()).summary.fresh).toEqual(['make']);
});

test('unprotect: links become files of their own; editing one leaves the object whole', async () => {
  for (const link of ['hardlink', 'symlink']) {
    const rig = rigWith(`cache: {link: [${link}]}`);
    await rig.repro();
    expect((await type('unprotect', rig.root)).stdout).toBe('unprotected dir\nunprotected file\n');
    expect(lstatSync(join(rig.root, 'file')).isFile()).toBe(true);
    expect(statSync(join(rig.root, 'file')).mode & 0o777).toBe(0o644);
    rig.write('file', 'edited');
    expect((await type('checkout file', rig.root)).exitCode).toBe(0);
    expect(rig.read('file')).toBe('one');
    await type('unprotect', rig.root);
    expect((await type('unprotect', rig.root)).stdout).toBe('no links into the cache there\n');
  }
});

test('a persist out is never a link: what the stage goes on writing is its own', async () => {
  const rig = rigWith(
    'cache: {link: [hardlink]}',
    'stages: {grow: {cmd: cat in.txt >> log, deps: [in.txt], outs: [{log: {persist: true}}]}}',
  );
  await rig.repro();
  rig.remove('log');
  await rig.repro();
  expect(statSync(join(rig.root, 'log'))).toMatchObject({ nlink: 1 });
});

test('a shared cache: the group may write in its folders, whatever the umask', async () => {
  const cache = join(tempFolder(), 'cache');
  const was = process.umask(0o077);
  try {
    await rigWith(`cache: {dir: ${JSON.stringify(cache)}, shared: true}`).repro();
  } finally {
    process.umask(was);
  }
  const folders = [
    cache,
    ...readdirSync(cache, { recursive: true, encoding: 'utf8' }).map((name) => join(cache, name)),
  ];
  const modes = new Set(
    folders.map((path) => (statSync(path).isDirectory() ? 'd' : 'f') + (statSync(path).mode & 0o7777).toString(8)),
  );
  expect([...modes].sort()).toEqual(['d2775', 'f444', 'f664']);
});

/** Everything in the cache as if it were from long ago. */
function age(cache: string, days = 40): void {
  const then = new Date(Date.now() - days * 24 * 3600 * 1000);
  for (const name of readdirSync(cache, { recursive: true, encoding: 'utf8' })) {
    const path = join(cache, name);
    if (statSync(path).isFile()) utimesSync(path, then, then);
  }
}

const cacheOf = (rig: Rig) => join(rig.root, '.pipe/cache');

test('gc: what no lock entry names goes, what one names stays and is whole', async () => {
  const rig = rigWith('');
  await rig.repro();
  rig.write('in.txt', 'two');
  await rig.repro();
  age(cacheOf(rig));
  const dry = await json('gc --workspace --dry', rig);
  expect(dry.cache).toMatchObject({
    dry: true,
    objects: { removed: { files: 2 } },
    records: { removed: { files: 1 } },
  });
  expect(await json('gc --workspace', rig)).toEqual({ ...dry, cache: { ...dry.cache, dry: false } });
  expect((await json('gc --workspace', rig)).cache.objects.removed).toEqual({ files: 0, bytes: 0 });
  for (const path of ['dir', 'file', 'run', 'metric']) rig.remove(path);
  expect(await json('checkout', rig)).toMatchObject({ missing: [] });
  rig.write('in.txt', 'one');
  expect((await rig.repro()).of('make')).toMatchObject({ kind: 'ran' });
});

test('gc: what is younger than a day stays, and with --keep-days what is younger than that', async () => {
  const rig = rigWith('');
  await rig.repro();
  rig.write('in.txt', 'two');
  await rig.repro();
  expect((await json('gc --workspace', rig)).cache.objects.removed.files).toBe(0);
  age(cacheOf(rig), 10);
  expect((await json('gc --keep-days 20', rig)).cache.objects.removed.files).toBe(0);
  expect((await json('gc --keep-days 5', rig)).cache.objects.removed.files).toBe(2);
});

test('gc: an object that nobody names stays for a day: somebody may be about to', async () => {
  const rig = rigWith('');
  await rig.repro();
  rig.remove('locks');
  rig.remove('.pipe/cache/runs');
  expect((await json('gc --workspace', rig)).cache.objects.removed.files).toBe(0);
  age(cacheOf(rig));
  expect((await json('gc --workspace', rig)).cache.objects.kept.files).toBe(0);
});

test('gc: a folder that is needed is kept with all that is in it, at any depth', async () => {
  const rig = rigWith(
    '',
    'stages: {s: {cmd: "mkdir -p d/e/f; echo 1 > d/one; echo 2 > d/e/two; echo 3 > d/e/f/three", outs: [d]}}',
  );
  await rig.repro();
  age(cacheOf(rig));
  rig.remove('.pipe/cache/runs');
  expect((await json('gc --workspace', rig)).cache.objects).toMatchObject({
    kept: { files: 6 },
    removed: { files: 0 },
  });
  rig.remove('d');
  expect(await json('checkout', rig)).toMatchObject({ restored: ['d'] });
  expect(rig.read('d/e/f/three')).toBe('3\n');
});

test('gc: a young run keeps what it made, however old that is', async () => {
  const rig = rigWith('');
  await rig.repro();
  age(cacheOf(rig));
  rig.remove('locks');
  const records = readdirSync(join(cacheOf(rig), 'runs'), { recursive: true, encoding: 'utf8' });
  const record = records.find((name) => name.endsWith('.json'));
  utimesSync(join(cacheOf(rig), 'runs', record ?? ''), new Date(), new Date());
  expect((await json('gc --workspace', rig)).cache.objects.removed.files).toBe(0);
  age(cacheOf(rig));
  expect((await json('gc --workspace', rig)).cache.objects.kept.files).toBe(0);
});

test('gc: keeps what other checkouts need that share the cache, until they are gone', async () => {
  const cache = tempFolder();
  const one = rigWith(`cache: {dir: ${JSON.stringify(cache)}}`);
  const other = rigWith(`cache: {dir: ${JSON.stringify(cache)}}`);
  await one.repro();
  other.write('in.txt', 'other');
  await other.repro();
  age(cache);
  const report = (await json('gc --workspace', one)).cache;
  expect(report).toMatchObject({ objects: { removed: { files: 0 } }, gone: [] });
  expect(report.checkouts.toSorted()).toEqual([one.root, other.root].toSorted());
  other.write('pipeline.yaml', 'stages: [');
  expect(await type('gc --workspace', one.root)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(`what the checkout in ${other.root} needs cannot be known`),
  });
  other.remove('.');
  expect((await json('gc --workspace', one)).cache).toMatchObject({
    objects: { removed: { files: 2 } },
    gone: [other.root],
  });
});

test('gc: a lock file that cannot be believed still says what may be needed', async () => {
  const rig = rigWith('');
  await rig.repro();
  rig.write('locks/make.json', `<<<<<<< ours\n${rig.read('locks/make.json')}`);
  age(cacheOf(rig));
  expect((await json('gc --workspace', rig)).cache.objects.removed.files).toBe(0);
});

test('gc: half-written files of killed processes go when they are old', async () => {
  const rig = rigWith('');
  await rig.repro();
  const left = join(
    cacheOf(rig),
    'objects',
    readdirSync(join(cacheOf(rig), 'objects'))[0] ?? '',
    '.tmp-0123456789abcdef',
  );
  writeFileSync(left, 'half');
  expect((await json('gc --workspace', rig)).cache.temporaries.files).toBe(0);
  age(cacheOf(rig));
  expect((await json('gc --workspace', rig)).cache.temporaries.files).toBe(1);
});

test('gc wants to be told what to keep', async () => {
  expect(await type('gc', rigWith('').root)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--workspace'),
  });
});

test('gc --locks: lock files of stages and sources that are gone', async () => {
  const rig = rigWith('');
  rig.write('raw', '1');
  await type('add raw', rig.root);
  await rig.repro();
  rig.write('pipeline.yaml', 'stages: {other: {cmd: x}}\n');
  expect((await type('gc --locks --dry', rig.root)).stdout).toBe(
    'would remove locks/make.json\nwould remove locks/sources/raw.json\n',
  );
  expect(rig.exists('locks/make.json')).toBe(true);
  await type('gc --locks', rig.root);
  expect([rig.exists('locks/make.json'), rig.exists('locks/sources/raw.json')]).toEqual([false, false]);
  expect((await type('gc --locks', rig.root)).stdout).toBe('every lock file belongs to a stage or a source\n');
});
