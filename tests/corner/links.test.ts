/** Links between what is declared and where it really is: data on another disk, folders that are links. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRig } from '../support/workspace.ts';

const USE = 'stages: {s: {cmd: cat given/x > o, deps: [given/x], outs: [o]}}\n';

test('a dep behind a link to another folder of the project: git tracks it there, and nothing is said', async () => {
  const rig = createRig({ 'pipeline.yaml': USE, 'data/x': '1' });
  symlinkSync('data', join(rig.root, 'given'));
  rig.git('init', '-q');
  rig.git('add', '-A');
  expect((await rig.repro()).warnings).toEqual([]);
});

test('a dep behind a link to where git does not look is worth a word', async () => {
  const rig = createRig({ 'project/pipeline.yaml': USE, 'elsewhere/x': '1' });
  symlinkSync('../elsewhere', join(rig.root, 'project/given'));
  const project = createRig({}, join(rig.root, 'project'));
  project.git('init', '-q');
  project.git('add', '-A');
  expect((await project.repro()).warnings).toEqual([
    'git does not track its dep given/x: nobody else can reproduce this',
  ]);
});
