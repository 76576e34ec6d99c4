/** Folders, links, globs and names as deps: what of them counts. */
import { chmodSync, mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pipe } from '../support/pipe-command.ts';
import { createRig, type Rig } from '../support/workspace.ts';

const reading = (dep: string) => `stages: {s: {cmd: echo > out, deps: [${JSON.stringify(dep)}], outs: [out]}}\n`;

async function fresh(dep = 'data'): Promise<Rig> {
  const rig = createRig({
    'pipeline.yaml': reading(dep),
    'data/a.csv': '1',
    'data/sub/b.csv': '2',
    'elsewhere/c.csv': '3',
  });
  symlinkSync('../elsewhere', join(rig.root, 'data/linked'));
  symlinkSync('nowhere', join(rig.root, 'data/broken'));
  expect((await rig.repro()).summary.ran).toEqual(['s']);
  return rig;
}

test.each<[string, (rig: Rig) => void]>([
  ['a file that is new', (rig) => rig.write('data/new', '')],
  ['a file that is gone', (rig) => rig.remove('data/a.csv')],
  // The name alone: it is in the same place among the others.
  ['a file with another name', ({ root }) => renameSync(join(root, 'data/a.csv'), join(root, 'data/b.csv'))],
  ['a file that became executable', ({ root }) => chmodSync(join(root, 'data/a.csv'), 0o755)],
  ['a link that is new', ({ root }) => symlinkSync('a.csv', join(root, 'data/link'))],
  ['a file that changed behind a link to a folder', (rig) => rig.write('elsewhere/c.csv', '4')],
  ['a broken link that leads somewhere else now', (rig) => relink(rig, 'data/broken', 'no/where')],
  ['a folder where a file was', (rig) => replace(rig, 'data/a.csv', 'data/a.csv/inside')],
])('%s makes the readers of a folder stale', async (_, change) => {
  const rig = await fresh();
  change(rig);
  const { reasons, summary } = await rig.repro();
  expect(reasons('s')).toMatchObject([{ kind: 'dep-changed', name: 'data' }]);
  expect(summary.ok).toBe(true);
});

function relink({ root, remove }: Rig, path: string, to: string): void {
  remove(path);
  symlinkSync(to, join(root, path));
}

function replace(rig: Rig, path: string, by: string): void {
  rig.remove(path);
  rig.write(by, '');
}

test.each<[string, (rig: Rig) => void]>([
  ['touching a file', ({ root }) => utimesSync(join(root, 'data/a.csv'), new Date(), new Date())],
  ['an empty folder', ({ root }) => mkdirSync(join(root, 'data/empty/deep'), { recursive: true })],
  ['who may read a file', ({ root }) => chmodSync(join(root, 'data/a.csv'), 0o600)],
  [
    'what editors and tools leave',
    (rig) => ['data/.a.csv.swp', 'data/__pycache__/x', 'data/.DS_Store'].forEach((f) => rig.write(f, '')),
  ],
])('%s changes nothing of a folder', async (_, change) => {
  const rig = await fresh();
  change(rig);
  expect((await rig.repro()).summary.fresh).toEqual(['s']);
});

test('a folder where a file was, and a file where a folder was: the stage runs', async () => {
  const rig = await fresh('data');
  rig.remove('data');
  rig.write('data', 'a file now');
  expect((await rig.repro()).reasons('s')).toMatchObject([{ kind: 'dep-changed', name: 'data' }]);
  rig.remove('data');
  rig.write('data/a.csv', '1');
  expect((await rig.repro()).reasons('s')).toMatchObject([{ kind: 'dep-changed', name: 'data' }]);
});

test('a dep that is a named pipe or a socket is refused by name, and nobody waits for it', async () => {
  const rig = await fresh();
  const { execFileSync } = await import('node:child_process');
  execFileSync('mkfifo', [join(rig.root, 'data/pipe')]);
  expect((await rig.repro()).of('s')).toMatchObject({ failure: { code: 'path-refused', path: 'data/pipe' } });
});

test('a glob is its matches: one that comes, goes or changes makes its readers stale; others do not', async () => {
  const rig = await fresh('data/*.csv');
  rig.write('data/other.txt', '');
  expect((await rig.repro()).summary.fresh).toEqual(['s']);
  rig.write('data/new.csv', '');
  expect((await rig.repro()).reasons('s')).toMatchObject([{ name: 'data/new.csv', was: undefined }]);
  rig.remove('data/new.csv');
  expect((await rig.repro()).reasons('s')).toMatchObject([{ name: 'data/new.csv', now: undefined }]);
});

test('a glob without a match is an error with its place, and nothing runs', async () => {
  const { of, summary } = await createRig({ 'pipeline.yaml': reading('data/*.csv') }).repro();
  expect(of('s')).toMatchObject({ failure: { code: 'glob-empty', pattern: 'data/*.csv', place: { line: 1 } } });
  expect(summary.ran).toEqual([]);
});

test('names that only look alike are two names: composed and decomposed, in every script', async () => {
  const rig = await fresh();
  const names = ['é', 'e\u0301', '日本', '😀', '\uffee', 'a b', "it's", 'a"b', 'a\\b', '-n', '$HOME', '*'];
  for (const name of names) rig.write(`data/${name}`, name);
  await rig.repro();
  rig.write('data/e\u0301', 'other');
  expect((await rig.repro()).summary.ran).toEqual(['s']);
  expect((await rig.repro()).summary.fresh).toEqual(['s']);
});

test('a name that is spelled with other code points is another name, alone in its folder too', async () => {
  const rig = await fresh();
  rig.write('data/alone/\u00fc', '');
  await rig.repro();
  renameSync(join(rig.root, 'data/alone/\u00fc'), join(rig.root, 'data/alone/u\u0308'));
  expect((await rig.repro()).reasons('s')).toMatchObject([{ kind: 'dep-changed', name: 'data' }]);
});

test('a dep inside the out of another stage, or around it, comes after that stage', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages:
  inside: {cmd: cat made/a > i, deps: [made/a], outs: [i]}
  around: {cmd: cat all/sub/b > r, deps: [all], outs: [r]}
  make: {cmd: 'mkdir made; echo > made/a', outs: [made]}
  deep: {cmd: echo > all/sub/b, outs: [all/sub/b]}
`,
  });
  expect((await rig.repro({ jobs: 1 })).summary).toMatchObject({ ok: true, ran: ['make', 'inside', 'deep', 'around'] });
});

test('a name with a line break is a name like any other: in a dep, in an out, restored', async () => {
  const rig = createRig({
    'pipeline.yaml': 'stages: {s: {cmd: cp -r data out, deps: [data], outs: [out]}}\n',
    'data/a\nb': '1',
  });
  await rig.repro();
  rig.write('data/a\nb', '2');
  expect((await rig.repro()).reasons('s')).toMatchObject([{ kind: 'dep-changed' }]);
  rig.remove('out');
  expect((await rig.repro()).summary.restored).toEqual(['s']);
  expect(rig.read('out/a\nb')).toBe('2');
});

test('a name that is not UTF-8 is refused, named, with what to do; in a dep and in an out', async () => {
  const rig = await fresh();
  const broken = (folder: string) => Buffer.concat([Buffer.from(join(rig.root, folder, 'a')), Buffer.from([0xff])]);
  writeFileSync(broken('data'), '');
  const { of } = await rig.repro();
  const failure = { code: 'path-refused', path: 'data', problem: 'holds a name that is not UTF-8: a\u00ff' };
  expect(of('s')).toMatchObject({ kind: 'failed', failure });
  const other = createRig({
    'pipeline.yaml': `stages: {s: {cmd: "mkdir out; touch out/a$(printf '\\\\377')", outs: [out]}}\n`,
  });
  expect((await other.repro()).of('s')).toMatchObject({ failure: { ...failure, path: 'out' } });
  expect(other.exists('out')).toBe(false);
});

test('data elsewhere is a dep through a link in the project: what changes there is seen', async () => {
  const rig = createRig({ 'given/x': '1', 'project/pipeline.yaml': reading('given/x') });
  symlinkSync('../given', join(rig.root, 'project/given'));
  const project = join(rig.root, 'project');
  expect((await pipe(project, 'repro')).code).toBe(0);
  expect((await pipe(project, 'status', '-q')).code).toBe(0);
  rig.write('given/x', '2');
  expect((await pipe(project, 'status', '-q')).code).toBe(1);
});

test('files whose names differ only in case are two files', async () => {
  const rig = await fresh();
  rig.write('data/A.csv', 'upper');
  expect((await rig.repro()).summary.ran).toEqual(['s']);
  rig.write('data/A.csv', '1');
  expect((await rig.repro()).summary.ran).toEqual(['s']);
});
