/** Several pipeline files as one graph, from outside: where the root is, what the locks are called, what is noticed. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesBehind } from '../../src/engine/read-pipeline.ts';
import { repro } from '../../src/engine/repro.ts';
import { status } from '../../src/engine/status.ts';
import { layoutOf } from '../../src/store/layout.ts';
import { createRig, type Rig } from '../support/workspace.ts';

const SUB = 'stages:\n  train: {cmd: cat ../../data > model, deps: [../../data], outs: [model]}\n';
const FILES = {
  'pipeline.yaml': 'pipelines: ["models/*/pipeline.yaml"]\nstages:\n  make: {cmd: echo 1 > data, outs: [data]}\n',
  'models/a/pipeline.yaml': SUB,
};

async function ranFrom(rig: Rig, folder: string, options: { readonly all?: boolean } = {}): Promise<readonly string[]> {
  const result = await repro({ cwd: join(rig.root, folder), ...options });
  return result.ok ? result.value.ran : expect.unreachable(JSON.stringify(result.error));
}

test('stages of all files run, each with a lock in the folder of its pipeline', async () => {
  const rig = createRig(FILES);
  const { summary } = await rig.repro();
  expect(summary.ran).toEqual(['make', 'models/a/pipeline.yaml:train']);
  expect(rig.exists('locks/make.json') && rig.exists('locks/models/a/train.json')).toBe(true);
  expect(rig.read('models/a/model')).toBe('1\n');
  expect((await rig.repro()).summary).toMatchObject({ ran: [], fresh: ['make', 'models/a/pipeline.yaml:train'] });
});

test('a listed file below is run with the root above it, and nothing else than it needs', async () => {
  const rig = createRig({ ...FILES, 'models/b/pipeline.yaml': 'stages: {other: {cmd: echo > o, outs: [o]}}\n' });
  mkdirSync(join(rig.root, 'models/a/deeper'));
  expect(await ranFrom(rig, 'models/a/deeper')).toEqual(['make', 'models/a/pipeline.yaml:train']);
  expect(rig.exists('models/a/.pipe')).toBe(false);
  expect(await ranFrom(rig, 'models/a', { all: true })).toEqual(['models/b/pipeline.yaml:other']);
});

test('a file that is not listed is a root of its own', async () => {
  const rig = createRig({ ...FILES, 'examples/x/pipeline.yaml': 'stages: {s: {cmd: echo > o, outs: [o]}}\n' });
  expect(await ranFrom(rig, 'examples/x')).toEqual(['s']);
  expect(rig.exists('examples/x/locks/s.json')).toBe(true);
});

test('a file above that is no pipeline, or none of ours, changes nothing', async () => {
  const rig = createRig({
    'pipeline.yaml': 'pipelines: [1\n',
    'x/pipeline.yaml': 'stages: {s: {cmd: echo > o, outs: [o]}}\n',
  });
  expect(await ranFrom(rig, 'x')).toEqual(['s']);
});

test('a file that a glob of the list begins to match, changes or no longer matches is noticed', async () => {
  const rig = createRig(FILES);
  await rig.repro();
  rig.write('models/b/pipeline.yaml', SUB);
  expect((await rig.repro()).summary.ran).toEqual(['models/b/pipeline.yaml:train']);
  rig.write('models/b/pipeline.yaml', SUB.replace('> model', '| tr 1 2 > model'));
  expect((await rig.repro()).summary.ran).toEqual(['models/b/pipeline.yaml:train']);
  rig.remove('models/b/pipeline.yaml');
  expect((await rig.repro()).summary.fresh).toEqual(['make', 'models/a/pipeline.yaml:train']);
  const report = await status({ cwd: rig.root });
  expect(report.ok && report.value.orphanLocks).toEqual(['models/b/pipeline.yaml:train']);
});

test('the cached outs of all files stand in the .gitignore of the root', async () => {
  const rig = createRig(FILES);
  rig.git('init', '-q');
  await rig.repro();
  expect(rig.read('.gitignore')).toContain('/models/a/model\n');
});

test('files that do not fit together are refused each time, and are those that a watch waits for', async () => {
  const rig = createRig({ ...FILES, 'models/b/pipeline.yaml': 'stages: {twin: {cmd: echo, outs: [../../data]}}\n' });
  for (let times = 0; times < 2; times += 1) {
    const result = await repro({ cwd: rig.root });
    expect(!result.ok && result.error.code).toBe('pipeline-invalid');
  }
  expect(filesBehind(layoutOf(rig.root))).toEqual(['models/a/pipeline.yaml', 'models/b/pipeline.yaml']);
});
