/** Verbs that change files somebody wrote: `freeze`, `remove`, `params set`, and sources: `add`, `move`. */
import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { status } from '../../src/engine/status.ts';
import { createRig, type Rig } from '../support/workspace.ts';
import { type } from './fake-io.ts';

const FILES = {
  'pipeline.yaml': `# two stages
stages:
  # makes out
  copy:
    cmd: cat in.txt > out.txt   # simple
    deps: [in.txt]
    outs: [out.txt]

  # counts
  count: {cmd: wc -c < out.txt > n, deps: [out.txt], outs: [n]}
`,
  'in.txt': 'one',
};

const json = async (line: string, rig: Rig) => JSON.parse((await type(`${line} --json`, rig.root)).stdout);

test('freeze and unfreeze: one line comes and goes, every other byte stays', async () => {
  const rig = createRig(FILES);
  await rig.repro();
  const text = rig.read('pipeline.yaml');
  chmodSync(join(rig.root, 'pipeline.yaml'), 0o600);
  expect((await type('freeze copy count', rig.root)).stdout).toBe('copy is frozen\ncount is frozen\n');
  expect(rig.read('pipeline.yaml')).toBe(
    text
      .replace('outs: [out.txt]\n', 'outs: [out.txt]\n    frozen: true\n')
      .replace('outs: [n]}', 'outs: [n], frozen: true}'),
  );
  expect(statSync(join(rig.root, 'pipeline.yaml')).mode & 0o777).toBe(0o600);
  rig.write('in.txt', 'two');
  expect((await rig.repro()).summary.fresh).toEqual(['copy', 'count']);
  expect((await type('unfreeze *', rig.root)).exitCode).toBe(0);
  expect(rig.read('pipeline.yaml')).toBe(text);
  expect((await type('unfreeze copy', rig.root)).stdout).toBe('copy was not frozen\n');
});

test('freeze: a stage that never ran has nothing to keep', async () => {
  const rig = createRig(FILES);
  expect(await type('freeze copy', rig.root)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('frozen, but has never run'),
  });
  expect(rig.read('pipeline.yaml')).toBe(FILES['pipeline.yaml']);
});

test('freeze: members of a group only together, below its `do`', async () => {
  const rig = createRig({
    'pipeline.yaml':
      'stages:\n  g:\n    foreach: [a, b]\n    do:\n      cmd: echo ${item} > ${item}\n      outs: ["${item}"]\n',
  });
  await rig.repro();
  expect(await type('freeze g@a', rig.root)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('hint: name the whole group: g'),
  });
  expect((await type('freeze g', rig.root)).stdout).toBe('g@a is frozen\ng@b is frozen\n');
  expect(rig.read('pipeline.yaml')).toContain('      outs: ["${item}"]\n      frozen: true\n');
});

test('remove: the stage, its comment, its lock and its line in .gitignore; its files stay', async () => {
  const rig = createRig(FILES);
  rig.git('init', '-q');
  await rig.repro();
  const { stdout, stderr } = await type('remove copy', rig.root);
  expect(stdout).toBe('removed copy\n');
  expect(stderr).toContain('count read it: nobody makes it from now on');
  expect(rig.read('pipeline.yaml')).toBe(
    '# two stages\nstages:\n\n  # counts\n  count: {cmd: wc -c < out.txt > n, deps: [out.txt], outs: [n]}\n',
  );
  expect(rig.exists('locks/copy.json')).toBe(false);
  expect(rig.exists('out.txt')).toBe(true);
  expect(rig.read('.gitignore')).not.toContain('/out.txt');
  expect((await rig.repro()).summary.fresh).toEqual(['count']);
});

test('remove --outs: what it wrote goes, and what the cache does not have is kept', async () => {
  const rig = createRig(FILES);
  await rig.repro();
  rig.write('n', 'edited');
  const { removed, saved } = await json('remove count --outs', rig);
  expect(removed).toEqual(['count']);
  expect(rig.exists('n')).toBe(false);
  expect(rig.read(saved[0])).toBe('edited');
});

test('remove: what would leave a broken pipeline is refused, and nothing is changed', async () => {
  const rig = createRig({
    ...FILES,
    'pipeline.yaml': `${FILES['pipeline.yaml']}models:
  m: {stage: count, registry: reg, path: p.json, verdict: v.json, candidate: out.txt, holdout: in.txt}
`,
  });
  expect(await type('remove count', rig.root)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('there is no stage `count`'),
  });
  expect(rig.read('pipeline.yaml')).toContain('count:');
});

const SOURCES = {
  'pipeline.yaml': 'stages:\n  count: {cmd: cat data/* > n, deps: [data], outs: [n]}\n',
  'data/a': 'a',
  'data/b': 'b',
};

test('add: objects, lock, pipeline.yaml and .gitignore; a clone with the cache gets it back', async () => {
  const rig = createRig(SOURCES);
  rig.git('init', '-q');
  expect((await type('add data', rig.root)).stdout).toBe('added data\n');
  expect(rig.read('pipeline.yaml')).toBe(`${SOURCES['pipeline.yaml']}sources:\n  - data\n`);
  expect(rig.read('locks/sources/data.json')).toMatchInlineSnapshot(`
    "{
      "version": 1,
      "path": "data",
      "content": {"digest":"4a98f33a1afb274261cd83c1a4d2a5364af25b429b091ea5ca951d521d667daa","files":2,"size":2,"type":"dir"},
      "entry": "3fb14af51784d013ec9551f9df845e859de9dcb7f3474f210836ea01fe2a14b0"
    }
    "
  `);
  expect(rig.read('.gitignore')).toContain('/data\n');
  expect((await rig.repro()).warnings).toEqual([]);
  rig.remove('data');
  expect(await json('checkout', rig)).toMatchObject({ restored: ['data'] });
  expect(rig.read('data/b')).toBe('b');
  expect((await rig.repro()).summary.fresh).toEqual(['count']);
});

test('add again: the content as it is now, and the same twice changes nothing', async () => {
  const rig = createRig(SOURCES);
  await type('add data', rig.root);
  const before = rig.snapshot();
  expect((await type('add data/', rig.root)).stdout).toBe('data is as it was\n');
  expect(rig.snapshot()).toEqual(before);
  rig.write('data/c', 'c');
  expect((await type('add data', rig.root)).stdout).toBe('updated data\n');
});

test('add: from a folder below the root a path means what it means there', async () => {
  const rig = createRig({ ...SOURCES, 'other/x.csv': '1' });
  expect((await type('-C other add x.csv', rig.root)).stdout).toBe('added other/x.csv\n');
});

test.each([
  ['n', 'is made by stage count'],
  ['nosuch', 'is not there'],
  ['..', "is not in the pipeline's folder"],
  ['locks', 'is no data'],
  ['pipeline.yaml', 'is the pipeline itself'],
  ['data/a', 'overlaps with the source data'],
  ['committed', 'is tracked by git'],
])('add %s is refused, with what helps; nothing is changed', async (path, problem) => {
  const rig = createRig({ ...SOURCES, committed: '1' });
  await type('add data', rig.root);
  rig.git('init', '-q');
  rig.git('add', 'committed');
  const before = rig.snapshot();
  expect(await type(`add ${path}`, rig.root)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(problem) });
  expect(rig.snapshot()).toEqual(before);
});

test('status: a source that changed or is gone is named', async () => {
  const rig = createRig({ ...SOURCES, 'raw.csv': '1', 'old.csv': '1' });
  await type('add data raw.csv old.csv', rig.root);
  await rig.repro();
  rig.write('raw.csv', '22');
  rig.remove('old.csv');
  const report = await status({ cwd: rig.root });
  expect(report.ok && report.value.sources).toEqual([
    { path: 'old.csv', state: 'missing' },
    { path: 'raw.csv', state: 'changed' },
  ]);
  const { stdout } = await type('status', rig.root);
  expect(stdout).toContain('source raw.csv changed');
  expect(stdout).toContain('source old.csv is missing');
});

test('move: file, entry, lock and .gitignore; who still reads the old path is told', async () => {
  const rig = createRig(SOURCES);
  await type('add data', rig.root);
  const { stdout, stderr } = await type('move data raw/tables', rig.root);
  expect(stdout).toBe('moved data to raw/tables\n');
  expect(stderr).toContain('count still read data');
  expect(rig.read('raw/tables/a')).toBe('a');
  expect(rig.exists('data')).toBe(false);
  expect(rig.read('pipeline.yaml')).toContain('sources:\n  - raw/tables\n');
  expect(rig.exists('locks/sources/raw%2Ftables.json')).toBe(true);
  expect(rig.exists('locks/sources/data.json')).toBe(false);
  rig.remove('raw');
  expect(await json('checkout', rig)).toMatchObject({ restored: ['raw/tables'] });
});

test.each([
  ['n other', 'is an out of stage count'],
  ['nosuch other', 'is no source'],
  ['data pipeline.yaml', 'is the pipeline itself'],
])('move %s is refused', async (paths, problem) => {
  const rig = createRig(SOURCES);
  await type('add data', rig.root);
  expect(await type(`move ${paths}`, rig.root)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(problem),
  });
  expect(rig.exists('data/a')).toBe(true);
});

test('remove of a source: not tracked any more, its files stay', async () => {
  const rig = createRig(SOURCES);
  await type('add data', rig.root);
  expect(await json('remove data', rig)).toEqual({ kind: 'source', removed: ['data'], readers: ['count'], saved: [] });
  expect(rig.read('pipeline.yaml')).toBe(SOURCES['pipeline.yaml']);
  expect(rig.exists('locks/sources/data.json')).toBe(false);
  expect(rig.exists('data/a')).toBe(true);
});

const PARAMS = `# learning
train:
  lr: 0.1   # per step
  layers: [64, 32]
  name: plain
`;

test('params set: values in place, types as written, comments kept', async () => {
  const rig = createRig({ ...FILES, 'params.yaml': PARAMS, 'more.json': '{\n  "a": {"b": 1}\n}\n' });
  const set = await type('params set train.lr=1e-3 train.layers=[8] train.name=two,words more.json:a.b=2.5', rig.root);
  expect(set.stdout).toBe(
    'params.yaml: train.lr: 0.1 → 0.001\nparams.yaml: train.layers: [64, 32] → [8]\nparams.yaml: train.name: plain → "two,words"\nmore.json: a.b: 1 → 2.5\n',
  );
  expect(rig.read('params.yaml')).toBe(
    PARAMS.replace('0.1 ', '1e-3 ').replace('[64, 32]', '[8]').replace('plain', 'two,words'),
  );
  expect(rig.read('more.json')).toBe('{\n  "a": {"b": 2.5}\n}\n');
});

test('params set: a key that is not there is refused with what was meant; --new makes it; all or none', async () => {
  const rig = createRig({ ...FILES, 'params.yaml': PARAMS });
  const refused = await type('params set train.lr=5 trian.lr=1', rig.root);
  expect(refused).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('did you mean `train.lr`? --new makes it'),
  });
  expect(rig.read('params.yaml')).toBe(PARAMS);
  expect((await type('params set --new train.momentum=0.9', rig.root)).stdout).toBe(
    'params.yaml: train.momentum: new → 0.9\n',
  );
  expect(rig.read('params.yaml')).toBe(`${PARAMS}  momentum: 0.9\n`);
  expect((await type('params set train.layers.1=16', rig.root)).exitCode).toBe(0);
  expect(rig.read('params.yaml')).toContain('layers: [64, 16]');
});

test.each([
  ['train', '`train` is no assignment'],
  ['train.lr=[1', '`[1` is no YAML value'],
  ['x.toml:a=1', 'TOML files have to be edited by hand'],
])('params set %s is refused', async (assignment, problem) => {
  const rig = createRig({ ...FILES, 'params.yaml': PARAMS });
  expect(await type(`params set ${assignment}`, rig.root)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(problem),
  });
});
