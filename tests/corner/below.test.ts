/** Verbs typed in a folder below the root, and who reads what goes away. */
import { expect, test } from 'vitest';
import { pipe } from '../support/pipe-command.ts';
import { createRig } from '../support/workspace.ts';

test('checkout and clean below the root mean the outs of the pipeline that stands there', async () => {
  const rig = createRig({
    'pipeline.yaml': 'pipelines: [models/pipeline.yaml]\nstages: {top: {cmd: echo top > out, outs: [out]}}\n',
    'models/pipeline.yaml': 'stages: {s: {cmd: echo below > out, outs: [out]}}\n',
  });
  await rig.repro();
  expect((await pipe(rig.root, '-C', 'models', 'clean', 'out')).code).toBe(0);
  expect([rig.exists('out'), rig.exists('models/out')]).toEqual([true, false]);
  expect((await pipe(rig.root, '-C', 'models', 'checkout', 'out')).code).toBe(0);
  expect([rig.read('out'), rig.read('models/out')]).toEqual(['top\n', 'below\n']);
});

test.each(['in/x', '{path: in/x, eol: lf}', 'in/*'])(
  'a source that goes is named to those who read it as %s',
  async (dep) => {
    const rig = createRig({
      'pipeline.yaml': `stages:\n  s: {cmd: cat in/x, deps: [${dep}]}\nsources:\n  - in\n`,
      'in/x': '',
    });
    expect((await pipe(rig.root, 'add', 'in')).code).toBe(0);
    const { stdout, stderr } = await pipe(rig.root, 'remove', 'in');
    expect(stdout + stderr).toMatch(/\bs\b.*(read|dep)|read.*\bs\b/);
  },
);

test('a path is looked for from the folder in which it was typed, then from the root', async () => {
  const rig = createRig({
    'pipeline.yaml':
      'stages: {top: {cmd: echo top > out, outs: [out]}, deep: {cmd: echo deep > made/out, outs: [made/out]}}\n',
    'made/sub/x': '',
  });
  expect((await pipe(rig.root, '-C', 'made/sub', 'repro', '../../out')).code).toBe(0);
  expect([rig.exists('out'), rig.exists('made/out')]).toEqual([true, false]);
  expect((await pipe(rig.root, '-C', 'made', 'repro', 'out')).code).toBe(0);
  expect([rig.read('out'), rig.read('made/out')]).toEqual(['top\n', 'deep\n']);
  expect((await pipe(rig.root, '-C', 'made', 'clean', 'out', '../out')).code).toBe(0);
  expect([rig.exists('out'), rig.exists('made/out')]).toEqual([false, false]);
  expect((await pipe(rig.root, '-C', 'made', 'checkout', '../out')).code).toBe(0);
  expect([rig.exists('out'), rig.exists('made/out')]).toEqual([true, false]);
  expect((await pipe(rig.root, '-C', 'made/sub', 'status', 'made/out')).stdout).toMatch(/^deep +stale/);
});
