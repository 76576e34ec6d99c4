/** Promises 7, 8 and 9: processes side by side wait for each other, never fail for it; stopping is clean. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/core/event.ts';
import { status } from '../../src/engine/status.ts';
import { createHold, holding } from '../support/hold.ts';
import { runProgram } from '../support/run-program.ts';
import { createRig, type Rig } from '../support/workspace.ts';

const RUN = fileURLToPath(new URL('./crash-at-step.ts', import.meta.url));
const runElsewhere = (rig: Rig) => runProgram(RUN, [rig.root, 'never', '']);

/** Resolves when an event of this type comes. */
function hear(type: RunEvent['type']) {
  let heard: (event: RunEvent) => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    heard = (event) => (event.type === type ? resolve() : undefined);
  });
  return { promise, heard };
}

/** A stage that waits until the test opens its gate. */
const gated = (name: string, rest: string) => `touch ${name}.started; cat ${name}.gate; ${rest}`;
const makeGate = (rig: Rig, name: string) => execFileSync('mkfifo', [join(rig.root, `${name}.gate`)]);
const openGate = (rig: Rig, name: string) => writeFileSync(join(rig.root, `${name}.gate`), '');

test('eight processes at once run each stage once, and all end well', async () => {
  const stages = ['a', 'b', 'c', 'd'].map(
    (name, i, all) =>
      `  ${name}: {cmd: 'echo run >> ${name}.count; echo ${name} > ${name}.txt', deps: [${i === 0 ? 'in.txt' : `${all[i - 1]}.txt`}], outs: [${name}.txt]}`,
  );
  const rig = createRig({ 'pipeline.yaml': `stages:\n${stages.join('\n')}\n`, 'in.txt': '1' });
  const ends = await Promise.all(Array.from({ length: 8 }, () => runElsewhere(rig).ended));
  expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual(ends.map(() => ({ code: 0, stderr: '' })));
  expect(['a', 'b', 'c', 'd'].map((name) => rig.read(`${name}.count`))).toEqual(['run\n', 'run\n', 'run\n', 'run\n']);
});

test('independent stages run side by side; with one slot, one after the other', async () => {
  const meet = (me: string, other: string) =>
    `touch ${me}.here; while [ ! -e ${other}.here ]; do sleep 0.01; done; touch ${me}.txt`;
  const rig = createRig({
    'pipeline.yaml': `stages: {a: {cmd: '${meet('a', 'b')}', outs: [a.txt]}, b: {cmd: '${meet('b', 'a')}', outs: [b.txt]}}`,
  });
  expect((await rig.repro({ jobs: 2 })).summary).toMatchObject({ ok: true, ran: ['a', 'b'] });
  const alone = createRig({
    'pipeline.yaml': `stages: {a: {cmd: 'mkdir busy; touch a.txt; rmdir busy', outs: [a.txt]}, b: {cmd: 'mkdir busy; touch b.txt; rmdir busy', outs: [b.txt]}}`,
  });
  expect((await alone.repro({ jobs: 1 })).summary).toMatchObject({ ok: true, ran: ['a', 'b'] });
});

test('a second process waits for the first and says for whom, then finds everything fresh', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages: {slow: {cmd: '${gated('slow', 'touch out.txt')}', outs: [out.txt], deps: [in.txt]}}`,
    'in.txt': '',
  });
  makeGate(rig, 'slow');
  const first = runElsewhere(rig);
  await rig.appears('slow.started');
  const { promise: waiting, heard } = hear('stage-waiting');
  const second = rig.repro({ onEvent: heard });
  await waiting;
  const report = await status({ cwd: rig.root });
  expect(report).toMatchObject({ ok: true, value: { stages: [{ stage: 'slow', running: { pid: first.child.pid } }] } });
  openGate(rig, 'slow');
  const { summary, events } = await second;
  expect(events.filter(({ type }) => type === 'stage-waiting')).toMatchObject([
    { stage: 'slow', holder: { pid: first.child.pid } },
  ]);
  expect(summary.fresh).toEqual(['slow']);
  expect((await first.ended).code).toBe(0);
});

test('one that would rewrite what another is reading waits', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages: {make: {cmd: cp in.txt made.txt, deps: [in.txt], outs: [made.txt]}, read: {cmd: '${gated('read', 'cp made.txt read.txt')}', deps: [made.txt], outs: [read.txt]}}`,
    'in.txt': 'one',
  });
  makeGate(rig, 'read');
  const first = rig.repro();
  await rig.appears('read.started');
  const { promise: waiting, heard } = hear('stage-waiting');
  const second = rig.repro({ targets: ['make'], force: true, onEvent: heard });
  await waiting;
  expect(rig.read('made.txt')).toBe('one');
  openGate(rig, 'read');
  expect((await first).summary.ran).toEqual(['make', 'read']);
  const { events, summary } = await second;
  expect(events).toContainEqual(
    expect.objectContaining({
      type: 'stage-waiting',
      stage: 'make',
      holder: expect.objectContaining({ stage: 'read' }),
    }),
  );
  expect(summary.ran).toEqual(['make']);
});

test('a failure lets what is running end and starts nothing new', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages: {bad: {cmd: 'while [ ! -e slow.started ]; do sleep 0.01; done; exit 3'}, slow: {cmd: '${gated('slow', 'touch slow.txt')}', outs: [slow.txt]}, after: {cmd: touch after.txt, deps: [slow.txt], outs: [after.txt]}}`,
  });
  makeGate(rig, 'slow');
  const { promise: failed, heard } = hear('stage-finished');
  const running = rig.repro({ jobs: 2, onEvent: heard });
  await failed;
  openGate(rig, 'slow');
  const { summary } = await running;
  expect(summary).toMatchObject({ ok: false, failed: ['bad'], ran: ['slow'] });
});

test('after a failure what waits for a slot does not begin either', async () => {
  const rig = createRig({
    'pipeline.yaml':
      'stages: {bad: {cmd: exit 3, outs: [bad.txt]}, good: {cmd: touch good.txt, outs: [good.txt]}, other: {cmd: touch other}}',
  });
  const { summary } = await rig.repro({ jobs: 1 });
  expect(summary).toMatchObject({ ok: false, failed: ['bad'], ran: [], notStarted: ['good', 'other'] });
});

test('with keep-going everything runs that does not need what failed', async () => {
  const rig = createRig({
    'pipeline.yaml':
      'stages: {bad: {cmd: exit 3, outs: [bad.txt]}, good: {cmd: touch good.txt, outs: [good.txt]}, after: {cmd: touch after.txt, deps: [bad.txt], outs: [after.txt]}}',
  });
  const { summary, of } = await rig.repro({ keepGoing: true, jobs: 1 });
  expect(summary).toMatchObject({ ok: false, failed: ['bad'], ran: ['good'], notStarted: ['after'] });
  expect(of('after')).toEqual({ kind: 'blocked', by: 'bad' });
});

test('stopping stops the command and what it started, puts the old out back, and says so', async () => {
  const rig = createRig({
    'pipeline.yaml': 'stages: {s: {cmd: cp in.txt out.txt, deps: [in.txt], outs: [out.txt]}}',
    'in.txt': 'one',
  });
  await rig.repro();
  const hold = createHold(rig.root);
  rig.write(
    'pipeline.yaml',
    `stages: {s: {cmd: 'echo half > out.txt; (${holding()}) & wait', deps: [in.txt], outs: [out.txt]}}`,
  );
  const controller = new AbortController();
  const running = rig.repro({ signal: controller.signal });
  await hold.taken();
  controller.abort('SIGTERM');
  const { result, of } = await running;
  expect(result).toEqual({ ok: false, error: { code: 'interrupted', signal: 'SIGTERM' } });
  expect(of('s')).toMatchObject({ kind: 'failed', failure: { code: 'stage-stopped' } });
  expect(rig.read('out.txt')).toBe('one');
  await hold.released;
});

test('a stage over its timeout is stopped and fails', async () => {
  const rig = createRig({ 'pipeline.yaml': 'stages: {s: {cmd: sleep 30, timeout: 0.2s}}' });
  expect((await rig.repro()).of('s')).toMatchObject({ kind: 'failed', failure: { code: 'stage-timeout' } });
});

test('a frozen stage is cut from its deps, and still restored when its out is gone', async () => {
  const rig = createRig({
    'pipeline.yaml': 'stages: {s: {cmd: cp in.txt out.txt, deps: [in.txt], outs: [out.txt]}}',
    'in.txt': 'one',
  });
  await rig.repro();
  rig.write('pipeline.yaml', 'stages: {s: {cmd: cp in.txt out.txt, deps: [in.txt], outs: [out.txt], frozen: true}}');
  rig.write('in.txt', 'two');
  expect((await rig.repro()).summary.fresh).toEqual(['s']);
  rig.remove('out.txt');
  expect((await rig.repro()).summary.restored).toEqual(['s']);
  expect(rig.read('out.txt')).toBe('one');
});

test('two outs for one fingerprint are reported by name', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages: {dice: {cmd: 'cat /proc/sys/kernel/random/uuid > out.txt', deps: [in.txt], outs: [out.txt]}}`,
    'in.txt': '',
  });
  await rig.repro();
  const { warnings } = await rig.repro({ force: true });
  expect(warnings.join()).toMatch(/same inputs gave other outs.*out\.txt/);
});
