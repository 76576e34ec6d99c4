/** `checkout` and `clean` killed at any step: everything stands as before or as it should, and the next one finishes. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Step } from '../../src/engine/workspace.ts';
import { pipe } from '../support/pipe-command.ts';
import { runProgram } from '../support/run-program.ts';
import { createRig, type Rig } from '../support/workspace.ts';

const CRASH = fileURLToPath(new URL('./crash-verb.ts', import.meta.url));
const STEPS: readonly Step[] = ['journaled', 'moved-aside', 'stored'];
const PIPELINE = `stages:
  make: {cmd: mkdir dir; cp in.txt dir/a; cp in.txt file, deps: [in.txt], outs: [dir, file]}
`;

const runVerb = (rig: Rig, verb: string, step: string) => runProgram(CRASH, [rig.root, verb, step]).ended;

/** One state of the workspace in the cache, another, with a file of the user's own in it, in the workspace. */
async function edited(): Promise<Rig> {
  const rig = createRig({ 'pipeline.yaml': PIPELINE, 'in.txt': 'one' });
  await rig.repro();
  rig.write('dir/a', 'edited');
  rig.write('dir/mine', 'mine');
  rig.remove('file');
  return rig;
}

function leftovers(rig: Rig): readonly string[] {
  const list = (folder: string) => (existsSync(join(rig.root, folder)) ? readdirSync(join(rig.root, folder)) : []);
  return [
    ...list('.pipe/claims/journal'),
    ...list('.pipe/aside'),
    ...list('.').filter((path) => path.includes('.tmp-')),
  ];
}

const savedText = (rig: Rig): readonly string[] =>
  readdirSync(join(rig.root, '.pipe/saved'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('mine'),
  );

test.each(STEPS)(
  'checkout killed at "%s": what was edited is there or saved, and the next checkout ends right',
  async (step) => {
    const rig = await edited();
    const before = rig.snapshot();
    expect((await runVerb(rig, 'checkout', step)).signal).toBe('SIGKILL');
    expect(await runVerb(rig, 'checkout', '')).toMatchObject({ code: 0, stderr: '' });
    expect(rig.read('dir/a')).toBe('one');
    expect(rig.read('file')).toBe('one');
    expect(rig.exists('dir/mine')).toBe(false);
    expect(savedText(rig)).toHaveLength(1);
    expect(leftovers(rig)).toEqual([]);
    expect(before['dir/mine']).toContain('mine');
  },
);

test.each(['journaled', 'moved-aside'] satisfies readonly Step[])(
  'clean killed at "%s": the next clean ends right',
  async (step) => {
    const rig = await edited();
    expect((await runVerb(rig, 'clean', step)).signal).toBe('SIGKILL');
    expect(await runVerb(rig, 'clean', '')).toMatchObject({ code: 0, stderr: '' });
    expect(rig.exists('dir')).toBe(false);
    expect(savedText(rig)).toHaveLength(1);
    expect(leftovers(rig)).toEqual([]);
  },
);

test.each(['recorded', 'moved-aside', 'locked'] satisfies readonly Step[])(
  'move killed at "%s": the data is whole in one place, and the same command again ends what was begun',
  async (step) => {
    const rig = createRig({ 'pipeline.yaml': 'stages: {}\nsources:\n  - given\n', 'given/a': 'one' });
    expect((await pipe(rig.root, 'add', 'given')).code).toBe(0);
    expect((await runVerb(rig, 'move', step)).signal).toBe('SIGKILL');
    expect([rig.exists('given/a'), rig.exists('moved/a')].filter(Boolean)).toHaveLength(1);
    await runVerb(rig, 'move', '');
    expect([rig.exists('given'), rig.read('moved/a'), rig.read('pipeline.yaml')]).toEqual([
      false,
      'one',
      'stages: {}\nsources:\n  - moved\n',
    ]);
    expect(await pipe(rig.root, 'status', '-q')).toMatchObject({ code: 0 });
    expect(leftovers(rig)).toEqual([]);
  },
);
