/** Promises 4, 5 and 9: a kill at any instant loses nothing, leaves nothing half-written, and the next run ends right. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Step } from '../../src/engine/workspace.ts';
import { createHold, holding } from '../support/hold.ts';
import { runProgram } from '../support/run-program.ts';
import { createRig, type Rig } from '../support/workspace.ts';

const CRASH = fileURLToPath(new URL('./crash-at-step.ts', import.meta.url));
const STEPS: readonly Step[] = [
  'claimed',
  'journaled',
  'moved-aside',
  'ended',
  'digested',
  'stored',
  'recorded',
  'locked',
  'cleared',
];

const PIPELINE = `
stages:
  make:
    cmd: mkdir dir; cp in.txt dir/a; cp in.txt dir/b; cp in.txt file.txt
    deps: [in.txt]
    outs: [dir]
    metrics: [file.txt: {cache: false}]
  use:
    cmd: cat dir/a file.txt > used.txt
    deps: [dir, file.txt]
    outs: [used.txt]
`;

const create = () => createRig({ 'pipeline.yaml': PIPELINE, 'in.txt': 'one' });

/** What a run without any accident ends in. */
async function undisturbed(): Promise<Readonly<Record<string, string>>> {
  const rig = create();
  await rig.repro();
  rig.write('in.txt', 'two');
  await rig.repro();
  return rig.snapshot();
}

const crash = (rig: Rig, step: Step, stage = 'make') => runProgram(CRASH, [rig.root, step, stage]).ended;

/** Nothing of a run that ended is left: no journal, nothing aside, no temporary file. */
function leftovers(rig: Rig): readonly string[] {
  const list = (folder: string) =>
    existsSync(join(rig.root, folder))
      ? readdirSync(join(rig.root, folder), { recursive: true, encoding: 'utf8' })
      : [];
  return [
    ...list('.pipe/claims/journal'),
    ...list('.pipe/aside'),
    ...list('.').filter((path) => path.includes('.tmp-')),
  ];
}

test.each(STEPS)('killed at "%s" of a first run: the next one ends as if nothing had been', async (step) => {
  const rig = create();
  rig.write('in.txt', 'two');
  expect(await crash(rig, step)).toMatchObject({ signal: 'SIGKILL' });
  const { summary } = await rig.repro();
  expect(summary.ok).toBe(true);
  expect(rig.snapshot()).toEqual(await undisturbed());
  expect(leftovers(rig)).toEqual([]);
});

test.each(STEPS)(
  'killed at "%s" of a later run: the old outs or the new ones are there in the end, whole',
  async (step) => {
    const rig = create();
    await rig.repro();
    rig.write('in.txt', 'two');
    await crash(rig, step);
    rig.write('in.txt', 'one');
    await rig.repro();
    rig.write('in.txt', 'two');
    await rig.repro();
    expect(rig.snapshot()).toEqual(await undisturbed());
    expect(leftovers(rig)).toEqual([]);
  },
);

test.each<Step>(['journaled', 'moved-aside', 'stored', 'cleared'])(
  'killed at "%s" of a restore: the next run ends right',
  async (step) => {
    const rig = create();
    await rig.repro();
    rig.write('in.txt', 'two');
    await rig.repro();
    rig.write('in.txt', 'one');
    await rig.repro();
    rig.write('in.txt', 'two');
    await crash(rig, step);
    await rig.repro();
    expect(rig.snapshot()).toEqual(await undisturbed());
    expect(leftovers(rig)).toEqual([]);
  },
);

test('after a kill the old out is put back before anything is decided, and the wreck is kept apart', async () => {
  const rig = create();
  await rig.repro();
  rig.write('in.txt', 'two');
  await crash(rig, 'ended');
  rig.write('in.txt', 'one');
  const { events, summary } = await rig.repro();
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'recovered', stage: 'make', putBack: ['dir', 'file.txt'] }),
  );
  expect(summary.fresh).toEqual(['make', 'use']);
});

test('a kill in the middle of recovery is recovered from as well', async () => {
  const rig = create();
  await rig.repro();
  rig.write('in.txt', 'two');
  await crash(rig, 'ended');
  await crash(rig, 'ended');
  await rig.repro();
  expect(rig.snapshot()).toEqual(await undisturbed());
});

test('a command that outlived its killed pipe is stopped by the next run, before it can write over anything', async () => {
  const rig = create();
  rig.write(
    'pipeline.yaml',
    `stages: {slow: {cmd: '(trap "" HUP; ${holding()}; echo late > out.txt) & wait', deps: [in.txt], outs: [out.txt]}}`,
  );
  const hold = createHold(rig.root);
  const { child, ended } = runProgram(CRASH, [rig.root, 'never', 'slow']);
  await hold.taken();
  child.kill('SIGKILL');
  await ended;
  rig.write('pipeline.yaml', 'stages: {slow: {cmd: echo right > out.txt, deps: [in.txt], outs: [out.txt]}}');
  const { events } = await rig.repro();
  expect(events).toContainEqual(expect.objectContaining({ type: 'recovered', stopped: true }));
  await hold.released;
  expect(rig.read('out.txt')).toBe('right\n');
});
