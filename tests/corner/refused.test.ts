/** What no run begins with: told with its place, exit 2 from the command, and nothing in the workspace is touched. */
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { pipe } from '../support/pipe-command.ts';
import { createRig } from '../support/workspace.ts';

const two = (a: string, b: string) => `stages:\n  a: {cmd: touch ran, ${a}}\n  b: {cmd: touch ran, ${b}}\n`;

test.each([
  ['the same out twice', two('outs: [o]', 'outs: [o]'), /already an out of stage a/],
  ['an out inside an out', two('outs: [o]', 'outs: [o/p]'), /lies inside `o`/],
  ['a dep that is an out of its own stage', two('deps: [o], outs: [o]', 'outs: []'), /this stage's own out/],
  ['a dep around an out of its own stage', two('deps: [data], outs: [data/o]', 'outs: []'), /contains `data\/o`/],
  ['a cycle', two('deps: [p], outs: [o]', 'deps: [o], outs: [p]'), /cycle: a -> b -> a/],
  ['an out with the pipeline file in it', two('outs: ["."]', 'outs: []'), /no stage may own it/],
  ['the pipeline file as an out', two('outs: [pipeline.yaml]', 'outs: []'), /would overwrite the pipeline file/],
  ['an out above the root', two('outs: [../o]', 'outs: []'), /outs\[0\]/],
  ['an absolute out', two('outs: [/tmp/o]', 'outs: []'), /outs\[0\]/],
  ['an uncached out above the root', two('outs: [../o: {cache: false}]', 'outs: []'), /outs\[0\]/],
  ['a glob above the root', two('deps: ["../*.csv"]', 'outs: []'), /without a glob/],
  ['a folder around the project as a dep', two('deps: [..]', 'outs: []'), /is a folder around the project/],
  ['the whole disk as a dep', two('deps: [/]', 'outs: []'), /is a folder around the project/],
  ['a dep above the root that is not there', two('deps: [../nobody]', 'outs: []'), /`\.\.\/nobody` is not there/],
  ['a path with a line break', two('deps: ["a\\nb"]', 'outs: []'), /control character/],
  ['a glob in outs', two('outs: ["*.csv"]', 'outs: []'), /outs\[0\]/],
  ['outs that differ only in case', two('outs: [O]', 'outs: [o]'), /differ only in case/],
  ['a dep that is not there', two('deps: [nobody], outs: [o]', 'outs: []'), /`nobody` is not there/],
])('%s', async (_, pipeline, message) => {
  const rig = createRig({ 'pipeline.yaml': pipeline, o: 'mine', 'data/x': 'mine' });
  const before = rig.snapshot();
  const { code, stdout, stderr } = await pipe(rig.root, 'repro');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/pipeline\.yaml:\d+:\d+/);
  expect(stderr).toMatch(message);
  expect(rig.snapshot()).toEqual(before);
});

test('a dep that leads out of the project and back into it', async () => {
  const rig = createRig({ o: 'mine' });
  rig.write('pipeline.yaml', two(`deps: [${rig.root}/o]`, `deps: [../${basename(rig.root)}/o]`));
  const { code, stderr } = await pipe(rig.root, 'repro');
  expect([code, rig.exists('ran')]).toEqual([2, false]);
  expect(stderr.match(/leads back into the project\n.*\n.*\n +hint: write it as `o`/g)).toHaveLength(2);
});

test('an out folder that holds the pipeline file of somebody below', async () => {
  const rig = createRig({
    'pipeline.yaml': 'pipelines: [models/pipeline.yaml]\nstages:\n  a: {cmd: x, outs: [models]}\n',
    'models/pipeline.yaml': 'stages: {m: {cmd: x}}\n',
  });
  const { code, stderr } = await pipe(rig.root, 'repro');
  expect([code, rig.exists('models/pipeline.yaml')]).toEqual([2, true]);
  expect(stderr).toContain('contains `models/pipeline.yaml`');
});

test('an out folder that holds a pipeline file nobody lists is moved to where it can be found, not deleted', async () => {
  const rig = createRig({
    'pipeline.yaml': 'stages: {a: {cmd: mkdir models, outs: [models]}}\n',
    'models/pipeline.yaml': 'stages: {m: {cmd: x}}\n',
  });
  const { code, stdout } = await pipe(rig.root, 'repro');
  const saved = /\.pipe\/saved\/\S+/.exec(stdout)?.[0] ?? '';
  expect(code).toBe(0);
  expect(rig.read(`${saved}/pipeline.yaml`)).toContain('m:');
});

test('the same dep twice counts once', async () => {
  const rig = createRig({ 'pipeline.yaml': 'stages: {s: {cmd: cat i > o, deps: [i, i, ./i], outs: [o]}}\n', i: '' });
  expect((await rig.repro()).summary.ran).toEqual(['s']);
  rig.write('pipeline.yaml', 'stages: {s: {cmd: cat i > o, deps: [i], outs: [o]}}\n');
  expect((await rig.repro()).summary.fresh).toEqual(['s']);
});

test('the pipeline file and params.yaml may be deps', async () => {
  const rig = createRig({
    'pipeline.yaml': 'stages: {s: {cmd: cat pipeline.yaml > o, deps: [pipeline.yaml], outs: [o]}}\n',
  });
  expect((await rig.repro()).summary.ran).toEqual(['s']);
  rig.write('pipeline.yaml', `${rig.read('pipeline.yaml')}# a remark\n`);
  expect((await rig.repro()).summary.ran).toEqual(['s']);
});

test('a working folder above the root', async () => {
  const rig = createRig({ 'pipeline.yaml': 'stages: {s: {cmd: pwd, wdir: ..}}\n' });
  const { code, stderr } = await pipe(rig.root, 'repro');
  expect(code).toBe(2);
  expect(stderr).toMatch(/pipeline\.yaml:1:\d+ .*wdir/);
});
