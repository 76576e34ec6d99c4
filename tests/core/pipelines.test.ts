/** `pipelines:`: several files, one graph. */
import { expect, test } from 'vitest';
import { buildGraph } from '../../src/core/graph-links.ts';
import { stageLockName, stageOfLockName } from '../../src/core/lock-name.ts';
import { parsePipeline } from '../../src/core/pipeline-file.ts';
import { splitStageName } from '../../src/core/stage-name.ts';
import { selectStages, type Selection } from '../../src/core/target.ts';

type Files = Readonly<Record<string, string>>;

const parse = (files: Files, listed: Readonly<Record<string, readonly string[]>> = {}) =>
  parsePipeline({
    file: 'pipeline.yaml',
    text: files['pipeline.yaml'] ?? '',
    readText: (file) => files[file],
    listFiles: (pattern) => listed[pattern] ?? [pattern],
  });

function parsed(files: Files) {
  const result = parse(files);
  return result.ok ? result.value : expect.unreachable(JSON.stringify(result.error, null, 1));
}

async function told(files: Files, listed?: Readonly<Record<string, readonly string[]>>) {
  const result = parse(files, listed);
  const failed = result.ok ? await buildGraph(result.value) : result;
  if (failed.ok || failed.error.code !== 'pipeline-invalid') return [];
  return failed.error.problems.map(
    ({ place, path, message }) => `${place.file}:${place.line}:${place.column} ${path}: ${message}`,
  );
}

const FILES: Files = {
  'pipeline.yaml': 'pipelines: [models/a/pipeline.yaml]\nstages:\n  data: {cmd: x, outs: [data]}\n',
  'models/a/pipeline.yaml': `
stages:
  train:
    cmd: run \${size}
    deps: [../../data, train.py]
    params: [size]
    outs: [model.bin]
  sub: {cmd: x, wdir: sub, outs: [o]}
  many:
    foreach: [1, 2]
    do: {cmd: x}
models:
  m: {stage: train, registry: reg, path: prod.bin, verdict: gate.json, candidate: model.bin, holdout: ../../data}
`,
  'models/a/params.yaml': 'size: 8\n',
};

test('stages of a file below the root carry its path; paths and templates start from its folder', () => {
  const { files, stages, models } = parsed(FILES);
  expect(files).toEqual(['pipeline.yaml', 'models/a/pipeline.yaml']);
  expect(stages.map(({ name, wdir }) => [name, wdir])).toEqual([
    ['data', '.'],
    ['models/a/pipeline.yaml:train', 'models/a'],
    ['models/a/pipeline.yaml:sub', 'models/a/sub'],
    ['models/a/pipeline.yaml:many@1', 'models/a'],
    ['models/a/pipeline.yaml:many@2', 'models/a'],
  ]);
  expect(stages[1]).toMatchObject({
    cmd: 'run 8',
    deps: [{ path: 'data' }, { path: 'models/a/train.py' }],
    params: [{ file: 'models/a/params.yaml', keys: ['size'] }],
    outs: [{ path: 'models/a/model.bin' }],
    place: { file: 'models/a/pipeline.yaml', line: 3, column: 3 },
  });
  expect(models[0]).toMatchObject({
    stage: 'models/a/pipeline.yaml:train',
    registry: 'models/a/reg',
    holdout: 'data',
    retrain: { target: 'models/a/pipeline.yaml:train' },
  });
});

async function selected(options: Partial<Selection>) {
  const pipeline = parsed(FILES);
  const graph = await buildGraph(pipeline);
  if (!graph.ok) return expect.unreachable();
  const stages = selectStages({ pipeline, graph: graph.value, targets: [], ...options });
  return stages.ok ? stages.value.map((name) => splitStageName(name).local) : stages.error.code;
}

const home = 'models/a/pipeline.yaml';

test.each<[string, Partial<Selection>, readonly string[] | string]>([
  ['at the root, nothing is everything', {}, ['data', 'train', 'sub', 'many@1', 'many@2']],
  [
    'below the root, nothing is what stands there, with what it needs',
    { home },
    ['data', 'train', 'sub', 'many@1', 'many@2'],
  ],
  ['below the root alone', { home, single: true }, ['train', 'sub', 'many@1', 'many@2']],
  ['everything, from below', { home, all: true }, ['data', 'train', 'sub', 'many@1', 'many@2']],
  ['a name, from below', { home, targets: ['train'], single: true }, ['train']],
  ['a group, from below', { home, targets: ['many'] }, ['many@1', 'many@2']],
  ['a name of the root, from below', { home, targets: ['data'] }, ['data']],
  ['an out, from below', { home, targets: ['model.bin'], single: true }, ['train']],
  ['an out above, from below', { home, targets: ['../../data'] }, ['data']],
  ['an out, from the root', { targets: ['models/a/model.bin'], single: true }, ['train']],
  ['a full name', { targets: ['models/a/pipeline.yaml:sub'] }, ['sub']],
  ['a group by its full name', { targets: ['models/a/pipeline.yaml:many'] }, ['many@1', 'many@2']],
  ['a pipeline file', { targets: ['models/a/pipeline.yaml'], single: true }, ['train', 'sub', 'many@1', 'many@2']],
  ['a glob over all files', { targets: ['*:many@*'] }, ['many@1', 'many@2']],
  ['a name of below, from the root', { targets: ['train'] }, 'unknown-target'],
])('%s', async (_, options, stages) => {
  expect(await selected(options)).toEqual(stages);
});

const root = (list: string) => ({ 'pipeline.yaml': `pipelines: [${list}]\nstages: {}\n` });

test.each<[string, Files, string[], Readonly<Record<string, readonly string[]>>?]>([
  [
    'a file that is not there',
    root('a/pipeline.yaml'),
    ['pipeline.yaml:1:13 pipelines: there is no file `a/pipeline.yaml`'],
  ],
  [
    'a glob without a match',
    root('"*/pipeline.yaml"'),
    ['pipeline.yaml:1:13 pipelines[0]: `*/pipeline.yaml` matches no file'],
    { '*/pipeline.yaml': [] },
  ],
  ['a folder', root('a'), ['pipeline.yaml:1:13 pipelines[0]: `a` is no path of a pipeline.yaml below this folder']],
  ['itself', root('./pipeline.yaml'), ['pipeline.yaml:1:13 pipelines[0]: `./pipeline.yaml` matches no file']],
  [
    'a file above',
    root('../pipeline.yaml'),
    ["pipeline.yaml:1:13 pipelines[0]: `../pipeline.yaml` leads out of the pipeline's folder"],
  ],
  [
    'a file twice',
    { ...root('a/pipeline.yaml, "*/pipeline.yaml"'), 'a/pipeline.yaml': 'stages: {}' },
    ['pipeline.yaml:1:30 pipelines: `a/pipeline.yaml` is listed twice'],
    { '*/pipeline.yaml': ['a/pipeline.yaml'] },
  ],
  [
    'a list in a list',
    { ...root('a/pipeline.yaml'), 'a/pipeline.yaml': 'pipelines: [b/pipeline.yaml]\nstages: {}' },
    ['a/pipeline.yaml:1:1 pipelines: `pipelines` cannot stand in a/pipeline.yaml, which is listed itself'],
  ],
  [
    'templates in the list',
    root('"${a}/pipeline.yaml"'),
    ['pipeline.yaml:1:12 pipelines: `pipelines` takes no templates'],
  ],
  [
    'problems of all files, in their order',
    {
      'pipeline.yaml': 'pipelines: [a/pipeline.yaml]\nstages:\n  s: {cmd: x, dep: []}\n',
      'a/pipeline.yaml': 'stages: {t: {}}',
    },
    ['pipeline.yaml:3:15 stages.s.dep: unknown key `dep`', 'a/pipeline.yaml:1:10 stages.t: `cmd` is missing'],
  ],
  [
    'the same out in two files',
    {
      'pipeline.yaml': 'pipelines: [a/pipeline.yaml]\nstages:\n\n\n  s: {cmd: x, outs: [a/o]}\n',
      'a/pipeline.yaml': 'stages: {t: {cmd: x, outs: [o]}}',
    },
    ['a/pipeline.yaml:1:29 stages.t.outs[0]: `a/o` is already an out of stage s (pipeline.yaml:5:22)'],
  ],
  [
    'an out that is a pipeline file',
    {
      'pipeline.yaml': 'pipelines: [a/pipeline.yaml]\nstages: {s: {cmd: x, outs: [a]}}\n',
      'a/pipeline.yaml': 'stages: {}',
    },
    ['pipeline.yaml:2:29 stages.s.outs[0]: `a` contains `a/pipeline.yaml`: no stage may own it'],
  ],
  [
    'a model called as another',
    {
      'pipeline.yaml': `pipelines: [a/pipeline.yaml]\nstages: {s: {cmd: x}}\nmodels: {m: {stage: s, registry: r, path: p, verdict: v, candidate: c, holdout: h}}\n`,
      'a/pipeline.yaml':
        'stages: {s: {cmd: x}}\nmodels: {m: {stage: s, registry: r, path: p, verdict: v, candidate: c, holdout: h}}\n',
    },
    ['a/pipeline.yaml:2:10 models.m: a model is called `m` already (pipeline.yaml:3:10)'],
  ],
  [
    'a pool of two depths',
    {
      'pipeline.yaml': 'pipelines: [a/pipeline.yaml]\npools: {g: 1}\nstages: {}\n',
      'a/pipeline.yaml': 'stages: {}\npools: {g: 2}',
    },
    ['pipeline.yaml:2:9 pools.g: a/pipeline.yaml:2:9 gives it another depth: 2'],
  ],
])('refused: %s', async (_, files, messages, listed) => {
  expect(await told(files, listed)).toEqual(messages);
});

test('a group may not make a name that reads as one of another file', async () => {
  const messages = await told({ 'pipeline.yaml': 'stages: {g: {foreach: ["a/pipeline.yaml:b"], do: {cmd: x}}}\n' });
  expect(messages).toEqual([
    'pipeline.yaml:1:23 stages.g.foreach: "a/pipeline.yaml:b" cannot be part of a stage\'s name',
  ]);
});

test.each([
  ['models/a/pipeline.yaml:train@x', 'models/a/train@x'],
  ['Models/ä/pipeline.yaml:t', '%4Dodels/%C3%A4/t'],
  ['sources/pipeline.yaml:t', '%73ources/t'],
  ['a/sources/pipeline.yaml:t', 'a/sources/t'],
  ['t.json/pipeline.yaml:u', 't%2Ejson/u'],
])('the lock file of stage %s is named %s, and the name says which stage it is', (stage, name) => {
  expect(stageLockName(stage)).toBe(name);
  expect(stageOfLockName(name)).toBe(stage);
});
