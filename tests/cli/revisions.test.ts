/** Looking at other revisions: metrics, params, data and listings, against real git repositories. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRig, type Rig } from '../support/workspace.ts';
import { type } from './fake-io.ts';

const PIPELINE = `stages:
  train:
    cmd: cp src.json metrics.json; cp src.json cached.json; cp -r in data/out
    deps: [src.json, in]
    params: [lr, {other.yaml: [a.b]}]
    outs: [data/out]
    metrics: [metrics.json: {cache: false}, cached.json]
params: [top.yaml]
sources: [raw]
`;
const FIRST = {
  'pipeline.yaml': PIPELINE,
  'params.yaml': 'lr: 0.1\nunused: 3\nlist: [1, 2]\nsame: 1\ngone: x\n',
  'other.yaml': 'a: {b: 1, c: 2}\nd: 5\n',
  'top.yaml': 'q: 1\n',
  'src.json': '{"auc": 0.9, "n": 10, "deep": {"f1": 0.5, "w": "x"}, "gone": 1, "same": 2}',
  'in/a/one': '1',
  'in/a/two': '22',
  'in/b/three': '333',
  'raw/x': 'raw',
};
const SECOND = {
  'params.yaml': 'lr: 0.2\nunused: 4\nlist: [1, 3]\nsame: 1.0\nnew: {x: 1}\n',
  'other.yaml': 'a: {b: 2, c: 3}\nd: 6\n',
  'top.yaml': 'q: 2\n',
  'src.json': '{"auc": 0.91, "n": 12, "deep": {"f1": 0.45, "w": "y"}, "new": 1, "same": 2}',
};

/** One commit, tagged v1, and the workspace after a second run. */
async function twoStates(): Promise<Rig> {
  const rig = createRig(FIRST);
  rig.git('init', '-q');
  await type('add raw', rig.root);
  await rig.repro();
  commit(rig, 'one');
  rig.git('tag', 'v1');
  for (const [path, text] of Object.entries(SECOND)) rig.write(path, text);
  await rig.repro();
  return rig;
}

function commit(rig: Rig, subject: string): void {
  rig.git('add', '-A');
  rig.git('commit', '-qm', subject);
}

type Row = Readonly<Record<string, unknown>>;

interface Shown {
  readonly revision: string;
  readonly metrics: Readonly<Record<string, Row>>;
}

const json = async (line: string, rig: Rig) => JSON.parse((await type(`${line} --json`, rig.root)).stdout);

test('metrics diff: numbers with their difference, from git and from the cache, as DVC answers', async () => {
  const rig = await twoStates();
  const { metrics, from, to, problems } = await json('metrics diff', rig);
  expect({ from, to, problems }).toEqual({ from: 'HEAD', to: 'workspace', problems: [] });
  // What DVC 3.67.1 answers for the same two files.
  const dvc = {
    'deep.f1': { old: 0.5, new: 0.45, diff: -0.04999999999999999 },
    auc: { old: 0.9, new: 0.91, diff: 0.010000000000000009 },
    gone: { old: 1 },
    'deep.w': { old: 'x', new: 'y' },
    n: { old: 10, new: 12, diff: 2 },
    new: { new: 1 },
  };
  for (const file of ['metrics.json', 'cached.json']) {
    const of = metrics.filter(({ path }: { path: string }) => path === file);
    expect(
      Object.fromEntries(of.map(({ key, old, new: now, diff }: Metric) => [key, { old, new: now, diff }])),
    ).toEqual(dvc);
  }
});

interface Metric {
  readonly key: string;
  readonly old?: unknown;
  readonly new?: unknown;
  readonly diff?: number;
}

test('metrics diff for people: aligned, rounded, and as Markdown for a pull request', async () => {
  const rig = await twoStates();
  expect((await type('metrics diff --targets metrics.json', rig.root)).stdout).toBe(
    `FILE          METRIC   HEAD  workspace  CHANGE
metrics.json  auc      0.9   0.91       +0.01
metrics.json  deep.f1  0.5   0.45       -0.05
metrics.json  deep.w   x     y          -
metrics.json  gone     1     -          -
metrics.json  n        10    12         +2
metrics.json  new      -     1          -
`,
  );
  const { stdout } = await type('metrics diff v1 --md --all --targets cached.json', rig.root);
  expect(stdout.split('\n').slice(0, 3)).toEqual([
    '| FILE | METRIC | v1 | workspace | CHANGE |',
    '| --- | --- | --- | --- | --- |',
    '| cached.json | auc | 0.9 | 0.91 | +0.01 |',
  ]);
  expect(stdout).toContain('| cached.json | same | 2 | 2 | 0 |');
  expect((await type('metrics diff v1 HEAD', rig.root)).stdout).toBe('no figure differs between v1 and HEAD\n');
});

test('metrics show: the workspace, one file, several revisions, a range', async () => {
  const rig = await twoStates();
  expect((await type('metrics show metrics.json', rig.root)).stdout).toBe(
    'FILE          auc   n   deep.f1  deep.w  new  same\nmetrics.json  0.91  12  0.45     y       1    2\n',
  );
  commit(rig, 'two');
  const shown = await json('metrics show --rev v1..HEAD --rev v1 --rev workspace metrics.json', rig);
  const seen = shown.revisions.map(({ revision, metrics }: Shown) => [revision, metrics['metrics.json']?.['auc']]);
  const head = rig.git('rev-parse', '--short=12', 'HEAD').trim();
  expect(seen).toEqual([
    [head, 0.91],
    ['v1', 0.9],
    ['workspace', 0.91],
  ]);
  expect(
    (await json('metrics show --all-tags --all-branches', rig)).revisions.map(({ revision }: Shown) => revision),
  ).toEqual(['main', 'v1']);
});

test('a metric whose object is not in the cache: told, the rest is shown, exit 1', async () => {
  const rig = await twoStates();
  rmSync(join(rig.root, '.pipe/cache/objects'), { recursive: true });
  const { stdout, stderr, exitCode } = await type('metrics show --rev v1', rig.root);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('warning: cached.json of v1 is not in the cache');
  expect(stdout).toContain('metrics.json');
});

test('metrics that Python wrote: NaN and Infinity are figures; a broken file is told of', async () => {
  const rig = createRig({
    'pipeline.yaml': 'stages: {}\nmetrics: [m.json, broken.json, t.toml]\n',
    'm.json': '{"loss": NaN, "worst": -Infinity, "said": "NaN, or so"}',
    'broken.json': '{"a": ',
    't.toml': 'x = 1.5\n',
  });
  const { revisions } = await json('metrics show', rig);
  expect(revisions[0].metrics).toEqual({
    'm.json': { loss: 'NaN', worst: '-Infinity', said: 'NaN, or so' },
    't.toml': { x: 1.5 },
  });
  expect(revisions[0].problems).toMatchObject([
    { path: 'broken.json', problem: expect.stringMatching(/^line 1: not valid JSON/) },
  ]);
});

test('params diff: params.yaml and listed files whole, of others what stages declare; types count', async () => {
  const rig = await twoStates();
  expect((await type('params diff', rig.root)).stdout).toBe(
    `FILE         PARAM   HEAD    workspace
other.yaml   a.b     1       2
params.yaml  gone    x       -
params.yaml  list    [1, 2]  [1, 3]
params.yaml  lr      0.1     0.2
params.yaml  new.x   -       1
params.yaml  same    1       1.0
params.yaml  unused  3       4
top.yaml     q       1       2
`,
  );
  const { params } = await json('params diff --deps v1 workspace', rig);
  expect(params).toEqual([
    { path: 'other.yaml', key: 'a.b', change: 'modified', was: 1, now: 2 },
    { path: 'params.yaml', key: 'lr', change: 'modified', was: 0.1, now: 0.2 },
  ]);
  expect((await type('params diff --md --targets top.yaml', rig.root)).stdout).toContain('| top.yaml | q | 1 | 2 |');
});

test('diff: added, deleted, modified and renamed files inside folders, and sources', async () => {
  const rig = await twoStates();
  rig.remove('in/a/one');
  rig.write('in/c/three', '333');
  rig.remove('in/b');
  rig.write('in/a/two', 'twotwo');
  rig.write('raw/y', 'more');
  await rig.repro();
  const { changes } = await json('diff v1', rig);
  expect(changes.map(({ change, path, from }: Row) => [change, path, ...(from ? [from] : [])])).toEqual([
    ['modified', 'cached.json'],
    ['deleted', 'data/out/a/one'],
    ['modified', 'data/out/a/two'],
    ['renamed', 'data/out/c/three', 'data/out/b/three'],
    ['added', 'raw/y'],
  ]);
  const { stdout } = await type('diff v1 --targets data', rig.root);
  expect(stdout).toContain('renamed   data/out/b/three → data/out/c/three  3 B\n');
  expect(stdout).toContain('modified  data/out/a/two                       2 B → 6 B\n');
  expect(stdout).toMatch(/1 deleted, 1 modified, 1 renamed\n$/);
  commit(rig, 'two');
  expect((await type('diff HEAD', rig.root)).stdout).toContain('added   raw/y');
  expect((await type('diff v1 v1', rig.root)).stdout).toBe('no data differs between v1 and v1\n');
});

test('diff: an out edited by hand differs from HEAD; a folder whose node is gone is told of as a whole', async () => {
  const rig = await twoStates();
  commit(rig, 'two');
  rig.write('data/out/a/one', 'edited');
  expect((await json('diff', rig)).changes.map(({ change, path }: Row) => [change, path])).toEqual([
    ['modified', 'data/out/a/one'],
  ]);
  rmSync(join(rig.root, '.pipe/cache/objects'), { recursive: true });
  expect((await type('diff', rig.root)).stdout).toContain('data/out/ (what it holds is not in the cache)');
});

test('ls: what git keeps and what the cache keeps, of any revision', async () => {
  const rig = await twoStates();
  expect((await type('ls v1 data', rig.root)).stdout).toMatch(
    /^PATH +SIZE .*\ndata\/out\/ +6 B, 3 files +cache +train +[0-9a-f]{12}\n$/,
  );
  const { entries } = await json('ls v1 -R data/out', rig);
  expect(entries.map(({ path, size }: Row) => [path, size])).toEqual([
    ['data/out/a', 3],
    ['data/out/a/one', 1],
    ['data/out/a/two', 2],
    ['data/out/b', 3],
    ['data/out/b/three', 3],
  ]);
  const top = await json('ls', rig);
  expect(top.revision).toBe('workspace');
  expect(top.entries).toContainEqual({ path: 'src.json', type: 'file', kept: 'git' });
  expect(top.entries).toContainEqual(expect.objectContaining({ path: 'raw', type: 'dir', kept: 'cache', files: 1 }));
  expect((await json('ls raw/x', rig)).entries).toMatchObject([{ path: 'raw/x', size: 3 }]);
  expect(await type('ls v1 nothing', rig.root)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/nothing: v1 holds nothing there/),
  });
});

test('a commit before there was a pipeline, and one whose pipeline is broken, keep nothing from being shown', async () => {
  const rig = createRig({ 'readme.md': 'x' });
  rig.git('init', '-q');
  commit(rig, 'before');
  rig.git('tag', 'before');
  rig.write('pipeline.yaml', 'stages: {a: {cmd: 3}}');
  commit(rig, 'broken');
  rig.git('tag', 'broken');
  rig.write('pipeline.yaml', 'stages: {}\nmetrics: [m.yaml]\n');
  rig.write('m.yaml', 'auc: 1\n');
  expect((await json('metrics diff before', rig)).metrics).toMatchObject([{ change: 'added', new: 1 }]);
  const { exitCode, stderr } = await type('metrics diff broken', rig.root);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('pipeline.yaml of broken is not valid there');
});

test('templates and other pipeline files are read from the revision as well', async () => {
  const rig = createRig({
    'pipeline.yaml':
      'vars: [v.yaml]\npipelines: [parts/*/pipeline.yaml]\nstages: {a: {cmd: "true", metrics: [{"${name}.json": {cache: false}}]}}',
    'v.yaml': 'name: old\n',
    'parts/x/pipeline.yaml': 'stages: {}\nmetrics: [x.json]\n',
    'old.json': '{"a": 1}',
    'parts/x/x.json': '{"x": 1}',
  });
  rig.git('init', '-q');
  commit(rig, 'one');
  rig.write('v.yaml', 'name: new\n');
  rig.write('new.json', '{"a": 2}');
  rig.write('parts/x/x.json', '{"x": 2}');
  expect((await json('metrics diff', rig)).metrics.map(({ path, change }: Row) => [path, change])).toEqual([
    ['new.json', 'added'],
    ['old.json', 'deleted'],
    ['parts/x/x.json', 'modified'],
  ]);
});

test.each([
  ['metrics diff nosuch', 2, /`nosuch` is no revision/],
  ['params diff HEAD no..where', 2, /`no..where` is no revision/],
  ['metrics show --rev no..where', 2, /`no..where` is no revision/],
])('%s: exit %i and what is wrong', async (line, exitCode, message) => {
  const rig = createRig({ 'pipeline.yaml': 'stages: {}' });
  rig.git('init', '-q');
  commit(rig, 'one');
  expect(await type(line, rig.root)).toMatchObject({ exitCode, stdout: '', stderr: expect.stringMatching(message) });
});

test('without git: the workspace can be shown, a comparison is refused', async () => {
  const rig = createRig({ 'pipeline.yaml': 'stages: {}\nmetrics: [m.yaml]\n', 'm.yaml': 'a: 1\n' });
  expect((await type('metrics show', rig.root)).stdout).toBe('FILE    a\nm.yaml  1\n');
  expect(await type('diff', rig.root)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/is in no git repository/),
  });
});
