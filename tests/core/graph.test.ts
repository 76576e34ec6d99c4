/** The graph: which stage needs which, in what order, and what is wrong between stages. */
import { expect, test } from 'vitest';
import { createGraph, type Graph } from '../../src/core/graph.ts';
import { buildGraph, linkStages } from '../../src/core/graph-links.ts';
import { parsePipeline } from '../../src/core/pipeline-file.ts';
import type { Pipeline } from '../../src/core/pipeline.ts';
import { fc } from '../support/properties.ts';

function pipelineOf(text: string): Pipeline {
  const result = parsePipeline({ file: 'pipeline.yaml', text });
  return result.ok ? result.value : expect.unreachable(JSON.stringify(result.error, null, 1));
}

async function graphOf(text: string): Promise<Graph> {
  const result = await buildGraph(pipelineOf(text));
  return result.ok ? result.value : expect.unreachable(JSON.stringify(result.error, null, 1));
}

async function told(text: string): Promise<readonly string[]> {
  const result = await buildGraph(pipelineOf(text));
  if (result.ok || result.error.code !== 'pipeline-invalid') return [];
  return result.error.problems.map(({ place, path, message }) => `${place.line}:${place.column} ${path}: ${message}`);
}

test('a stage comes after all it reads from; where there is a choice the file decides', async () => {
  const graph = await graphOf(`stages:
  report: {cmd: x, deps: [model], outs: [r]}
  other: {cmd: x}
  train: {cmd: x, deps: [data], outs: [model]}
  prepare: {cmd: x, outs: [data]}
`);
  expect(graph.order).toEqual(['other', 'prepare', 'train', 'report']);
  expect(graph.upstream('report')).toEqual(['train']);
  expect(graph.downstream('prepare')).toEqual(['train']);
  expect(graph.upstream('other')).toEqual([]);
});

const edge = (dep: string, out: string) =>
  `stages:\n  reader: {cmd: x, deps: ["${dep}"]}\n  writer: {cmd: x, outs: ["${out}"]}\n`;

test.each([
  ['the out itself', 'data', 'data'],
  ['a file inside an out', 'data/x/y.csv', 'data'],
  ['a folder with an out in it', 'data', 'data/x/y.csv'],
  ['the root, which contains every out', '.', 'data'],
  ['a glob that matches an out', 'data/*.csv', 'data/a.csv'],
  ['a glob inside an out', 'data/raw/*.csv', 'data/raw'],
  ['a glob that goes through an out', 'data/*/x.csv', 'data/raw'],
  ['a glob that may match inside a folder that will be written', 'src/**/*.ts', 'src/generated'],
  ['a glob with folders in braces', '{data/a,data/b}/*.csv', 'data/a/x.csv'],
])('an edge: the dep is %s', async (_, dep, out) => {
  expect((await graphOf(edge(dep, out))).upstream('reader')).toEqual(['writer']);
});

test.each([
  ['a name that only begins alike', 'data', 'data2'],
  ['a neighbour', 'data/a', 'data/b'],
  ['a glob that matches other names', 'data/*.csv', 'data/a.json'],
  ['a glob, and the out is a file of another kind', 'src/**/*.ts', 'src/weights.json'],
  ['a glob of another folder', 'lib/**', 'src/x'],
])('no edge: the dep is %s', async (_, dep, out) => {
  expect((await graphOf(edge(dep, out))).upstream('reader')).toEqual([]);
});

test('a params file that a stage writes makes an edge too', async () => {
  const graph = await graphOf(
    'stages:\n  a: {cmd: x, params: [{best.json: [lr]}]}\n  tune: {cmd: x, outs: [best.json]}\n',
  );
  expect(graph.upstream('a')).toEqual(['tune']);
});

test('a glob does not see what its own stage writes', async () => {
  const graph = await graphOf('stages:\n  a: {cmd: x, deps: ["src/**"], outs: [src/generated]}\n');
  expect(graph.upstream('a')).toEqual([]);
});

const MODEL =
  'models:\n  m: {stage: evaluate, registry: reg, path: prod.json, verdict: gate.json, candidate: model, holdout: h}\n';

test('who reads the production model is downstream of the stage that owns it', async () => {
  const graph = await graphOf(
    `stages:\n  predict: {cmd: x, deps: [prod.json]}\n  evaluate: {cmd: x, deps: [model]}\n${MODEL}`,
  );
  expect(graph.order).toEqual(['evaluate', 'predict']);
  expect(graph.ownerOf('reg/versions/3')).toBe('evaluate');
});

test('an owner is who makes a path, the folder around it, or something inside it', async () => {
  const graph = await graphOf('stages:\n  b: {cmd: x, outs: [d/b]}\n  a: {cmd: x, outs: [d/a]}\n');
  expect(graph.ownerOf('d/a/deep/file')).toBe('a');
  expect(graph.ownersOf('d')).toEqual(['b', 'a']);
  expect(graph.ownerOf('d')).toBe('b');
  expect(graph.ownerOf('e')).toBeUndefined();
});

const two = (a: string, b: string) => `stages:\n  a: {cmd: x, ${a}}\n  b: {cmd: x, ${b}}\n`;

test.each([
  [
    'the same out twice',
    two('outs: [o]', 'outs: [o]'),
    '3:22 stages.b.outs[0]: `o` is already an out of stage a (pipeline.yaml:2:22)',
  ],
  [
    'twice in one stage',
    two('outs: [o], metrics: [o]', 'outs: []'),
    '2:36 stages.a.metrics[0]: `o` is already an out of stage a (pipeline.yaml:2:22)',
  ],
  [
    'an out inside an out',
    two('outs: [o/p]', 'outs: [o]'),
    '2:22 stages.a.outs[0]: `o/p` lies inside `o`, an out of stage b (pipeline.yaml:3:22)',
  ],
  [
    'an out that is its own dep',
    two('deps: [o], outs: [o]', 'outs: []'),
    "2:22 stages.a.deps[0]: `o` is this stage's own out (pipeline.yaml:2:33)",
  ],
  [
    'a dep inside an own out',
    two('deps: [o/p], outs: [o]', 'outs: []'),
    "2:22 stages.a.deps[0]: `o/p` lies inside `o`, this stage's own out (pipeline.yaml:2:35)",
  ],
  [
    'a dep around an own out',
    two('deps: [o], outs: [o/p]', 'outs: []'),
    "2:22 stages.a.deps[0]: `o` contains `o/p`, this stage's own out (pipeline.yaml:2:33)",
  ],
  [
    'a params file that is its own out',
    two('params: [k], outs: [params.yaml]', 'outs: []'),
    "2:24 stages.a.params: `params.yaml` is this stage's own out (pipeline.yaml:2:35)",
  ],
  ['a cycle of two', two('deps: [p], outs: [o]', 'deps: [o], outs: [p]'), '2:3 stages.a: cycle: a -> b -> a'],
  [
    'outs that differ in case',
    two('outs: [Data]', 'outs: [data]'),
    '3:22 stages.b.outs[0]: `data` and `Data`, an out of stage a (pipeline.yaml:2:22), differ only in case',
  ],
  [
    'a dep and an out that differ in case',
    two('deps: [DATA/x]', 'outs: [data]'),
    '2:22 stages.a.deps[0]: `DATA` and `data`, an out of stage b (pipeline.yaml:3:22), differ only in case',
  ],
  [
    'an out that is the pipeline file',
    two('outs: [pipeline.yaml]', 'outs: []'),
    '2:22 stages.a.outs[0]: `pipeline.yaml` would overwrite the pipeline file',
  ],
  [
    'an out in .git',
    two('outs: [.git/hooks]', 'outs: []'),
    "2:22 stages.a.outs[0]: `.git/hooks` would overwrite git's folder",
  ],
  [
    'an out in .pipe',
    two('outs: [.pipe]', 'outs: []'),
    "2:22 stages.a.outs[0]: `.pipe` would overwrite pipe's own folder",
  ],
  [
    'an out in locks',
    two('outs: [locks/x]', 'outs: []'),
    '2:22 stages.a.outs[0]: `locks/x` would overwrite the lock entries',
  ],
  [
    'the root as an out',
    two('outs: [.]', 'deps: []'),
    "2:22 stages.a.outs[0]: `.` is the pipeline's own folder: no stage may own it",
  ],
])('refused: %s', async (_, text, message) => {
  expect(await told(text)).toEqual([message]);
});

test.each([
  [
    'names that differ in case',
    'stages:\n  a: {cmd: x}\n  A: {cmd: x}\n',
    '3:3 stages.A: `A` and `a` (pipeline.yaml:2:3) differ only in case',
  ],
  ['a model of no stage', `stages: {}\n${MODEL}`, '3:3 models.m.stage: there is no stage `evaluate`'],
  [
    'model state that is an out too',
    `stages:\n  evaluate: {cmd: x, outs: [gate.json]}\n${MODEL}`,
    '4:3 models.m: `gate.json` is already an out of stage evaluate (pipeline.yaml:2:29)',
  ],
  [
    'a stage that reads the state it owns',
    `stages:\n  evaluate: {cmd: x, deps: [prod.json]}\n${MODEL}`,
    '2:29 stages.evaluate.deps[0]: `prod.json` is state that this stage owns (pipeline.yaml:4:3)',
  ],
])('refused: %s', async (_, text, message) => {
  expect(await told(text)).toEqual([message]);
});

test('every cycle is told, with what makes it', async () => {
  const pipeline = pipelineOf(`stages:
  a: {cmd: x, deps: [c.out], outs: [a.out]}
  b: {cmd: x, deps: [a.out], outs: [b.out]}
  c: {cmd: x, deps: [b.out], outs: [c.out]}
  p: {cmd: x, deps: [q.out], outs: [p.out]}
  q: {cmd: x, deps: [p.out, c.out], outs: [q.out]}
`);
  const result = await buildGraph(pipeline);
  const problems = result.ok || result.error.code !== 'pipeline-invalid' ? [] : result.error.problems;
  expect(problems.map(({ message }) => message)).toEqual(['cycle: a -> b -> c -> a', 'cycle: p -> q -> p']);
  expect(problems[0]?.hint).toBe(
    'a reads c.out, which c writes; c reads b.out, which b writes; b reads a.out, which a writes',
  );
});

/** Stages over a few paths, so that most of them meet. */
const random = fc
  .array(fc.record({ deps: fc.uniqueArray(fc.nat(19), { maxLength: 4 }), at: fc.nat(999) }), {
    minLength: 1,
    maxLength: 20,
  })
  .map((stages) =>
    stages
      .map(({ deps, at }, n) => ({
        at,
        line: `  s${n}: {cmd: x, deps: [${deps
          .filter((d) => d < n)
          .map((d) => `o${d}`)
          .join(', ')}], outs: [o${n}]}`,
      }))
      .sort((a, b) => a.at - b.at)
      .map(({ line }) => line),
  );

test('in any order of the file, every stage comes after all of its upstream, and both directions agree', async () => {
  await fc.assert(
    fc.asyncProperty(random, async (lines) => {
      const graph = await graphOf(`stages:\n${lines.join('\n')}\n`);
      expect(new Set(graph.order)).toEqual(new Set(lines.map((line) => line.trim().split(':')[0])));
      for (const [rank, stage] of graph.order.entries()) {
        expect(graph.upstream(stage).every((needed) => graph.order.indexOf(needed) < rank)).toBe(true);
        expect(graph.upstream(stage).every((needed) => graph.downstream(needed).includes(stage))).toBe(true);
      }
    }),
  );
});

test('a chain of ten thousand stages is ordered without deep recursion', async () => {
  const place = { file: 'pipeline.yaml', line: 1, column: 1 };
  const base = {
    cmd: 'x',
    shell: ['sh'],
    wdir: '.',
    params: [],
    env: [],
    passEnv: [],
    frozen: false,
    alwaysChanged: false,
    isolated: false,
    timeoutMs: null,
    retries: 0,
    resources: { cpus: 1, memBytes: null, gpus: 0 },
    pool: null,
    desc: null,
    place,
  };
  const stages = Array.from({ length: 10_000 }, (_, n) => ({
    ...base,
    name: `s${n}`,
    deps: [{ kind: 'path' as const, path: `o${n + 1}`, place }],
    outs: [{ path: `o${n}`, kind: 'out' as const, cache: true, persist: false, push: true, desc: null, place }],
  }));
  const graph = await buildGraph({ ...pipelineOf('stages: {}'), stages });
  expect(graph.ok && graph.value.order.slice(0, 2)).toEqual(['s9999', 's9998']);
});

test('links that were kept as JSON make the same graph', async () => {
  const pipeline = pipelineOf(`stages:
  report: {cmd: x, deps: [model, data/raw], outs: [r]}
  train: {cmd: x, deps: [data], outs: [model]}
  prepare: {cmd: x, outs: [data]}
`);
  const links = await linkStages(pipeline);
  if (!links.ok) return expect.unreachable();
  const graph = createGraph(pipeline, JSON.parse(JSON.stringify(links.value)));
  expect(graph.order).toEqual(['prepare', 'train', 'report']);
  expect(graph.upstream('report')).toEqual(['prepare', 'train']);
  expect(graph.downstream('prepare')).toEqual(['train', 'report']);
  expect(graph.ownersOf('data/raw')).toEqual(['prepare']);
});
