/** Targets: what is meant by what was typed. */
import { expect, test } from 'vitest';
import { buildGraph } from '../../src/core/graph-links.ts';
import { parsePipeline } from '../../src/core/pipeline-file.ts';
import { type Selection, selectStages } from '../../src/core/target.ts';

const PIPELINE = `stages:
  import: {cmd: x, outs: [data/raw]}
  preprocess: {cmd: x, deps: [data/raw], outs: [data/clean]}
  train_a: {cmd: x, deps: [data/clean], outs: [models/a.json]}
  train_b: {cmd: x, deps: [data/clean], outs: [models/b.json]}
  report: {cmd: x, deps: [models/a.json], outs: [report.html]}
`;

async function select(targets: readonly string[], options: Partial<Selection> = {}, text = PIPELINE) {
  const parsed = parsePipeline({ file: 'pipeline.yaml', text });
  const pipeline = parsed.ok ? parsed.value : expect.unreachable();
  const graph = await buildGraph(pipeline);
  return selectStages({ pipeline, graph: graph.ok ? graph.value : expect.unreachable(), targets, ...options });
}

test.each([
  ['no target: all', [], ['import', 'preprocess', 'train_a', 'train_b', 'report']],
  ['a stage and what it needs', ['train_b'], ['import', 'preprocess', 'train_b']],
  ['two stages, each once', ['train_a', 'preprocess'], ['import', 'preprocess', 'train_a']],
  ['the path of an out', ['models/a.json'], ['import', 'preprocess', 'train_a']],
  ['a path written otherwise', ['./models//a.json'], ['import', 'preprocess', 'train_a']],
  ['a file inside an out', ['data/raw/2024.csv'], ['import']],
  ['a folder with outs in it', ['models/'], ['import', 'preprocess', 'train_a', 'train_b']],
  ['a glob of stage names', ['train_*'], ['import', 'preprocess', 'train_a', 'train_b']],
  ['a glob with one open letter', ['train_?'], ['import', 'preprocess', 'train_a', 'train_b']],
])('%s', async (_, targets, stages) => {
  expect(await select(targets)).toEqual({ ok: true, value: stages });
});

test('single: the targets alone', async () => {
  expect(await select(['train_*'], { single: true })).toEqual({ ok: true, value: ['train_a', 'train_b'] });
});

test('downstream: the targets and what depends on them, without what they need', async () => {
  expect(await select(['train_a'], { downstream: true })).toEqual({ ok: true, value: ['train_a', 'report'] });
});

test('a frozen stage keeps what it has: nothing is selected on its account', async () => {
  const frozen = PIPELINE.replace('train_a: {', 'train_a: {frozen: true, ');
  expect(await select(['report'], {}, frozen)).toEqual({ ok: true, value: ['train_a', 'report'] });
});

test.each([
  ['trian_a', 'train_a'],
  ['Report', 'report'],
  ['reprot.html', 'report.html'],
  ['nothing-like-it', undefined],
  ['zzz*', undefined],
  ['../outside', undefined],
])('%j is unknown; meant is %s', async (target, suggestion) => {
  expect(await select([target])).toEqual({
    ok: false,
    error: {
      code: 'unknown-target',
      target,
      suggestion,
      stages: ['import', 'preprocess', 'train_a', 'train_b', 'report'],
    },
  });
});
