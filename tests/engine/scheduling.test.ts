/** What runs beside what: slots, memory, pools; and what is tried again. */
import { totalmem } from 'node:os';
import { expect, test } from 'vitest';
import { createRig, type Ran, type Rig } from '../support/workspace.ts';

/** Each stage waits until `together` have begun: that many do run at a time, or the test never ends. */
function pipelineOf(
  stages: Readonly<Record<string, string>>,
  { together, top = '' }: { readonly together: number; readonly top?: string },
): string {
  const wait = `until [ $(wc -l < began) -ge ${together} ]; do sleep 0.01; done`;
  const lines = Object.entries(stages).map(
    ([name, more]) => `  ${name}: {cmd: "echo ${name} >> began; ${wait}; sleep 0.05", ${more}}\n`,
  );
  return `${top}stages:\n${lines.join('')}`;
}

/** How many ran at a time at most, from what was told. */
function most({ events }: Ran): number {
  let [running, highest] = [0, 0];
  for (const { type } of events) {
    if (type === 'stage-started') running += 1;
    if (type === 'stage-finished') running -= 1;
    highest = Math.max(highest, running);
  }
  return highest;
}

const all = (more: string) => ({ a: more, b: more, c: more, d: more });

test('a stage of two cpus takes two slots', async () => {
  const rig = createRig({ 'pipeline.yaml': pipelineOf(all('resources: {cpus: 2}'), { together: 2 }) });
  expect(most(await rig.repro({ jobs: 4 }))).toBe(2);
});

test('a stage that wants more slots than there are has them all', async () => {
  const rig = createRig({ 'pipeline.yaml': pipelineOf(all('resources: {cpus: 64}'), { together: 1 }) });
  const ran = await rig.repro({ jobs: 2 });
  expect([ran.summary.ok, most(ran)]).toEqual([true, 1]);
});

test('no more memory is promised than there is', async () => {
  const rig = createRig({
    'pipeline.yaml': pipelineOf(all(`resources: {mem: ${Math.floor(totalmem() * 0.4)}}`), { together: 2 }),
  });
  expect(most(await rig.repro({ jobs: 4 }))).toBe(2);
});

test('a pool lets in as many as it is deep, and keeps nobody else waiting', async () => {
  const stages = { a: 'pool: gpu', b: 'pool: gpu', c: 'pool: gpu', d: 'desc: none' };
  const rig = createRig({ 'pipeline.yaml': pipelineOf(stages, { together: 2, top: 'pools: {gpu: 1}\n' }) });
  const ran = await rig.repro({ jobs: 4 });
  expect(most(ran)).toBe(2);
  expect(rig.read('began').split('\n').slice(0, 2).sort()).toEqual(['a', 'd']);
});

test('resources, pools and retries are no inputs', async () => {
  const text = 'stages: {s: {cmd: echo > o, outs: [o]}}\n';
  const rig = createRig({ 'pipeline.yaml': text });
  await rig.repro();
  rig.write(
    'pipeline.yaml',
    `pools: {p: 1}\n${text.replace('outs', 'pool: p, retries: 2, resources: {cpus: 2, mem: 1G, gpus: 1}, outs')}`,
  );
  expect((await rig.repro()).summary.fresh).toEqual(['s']);
});

const flaky = (retries: number, more = '') => `
stages:
  s:
    cmd: |
      echo try >> tries
      [ ! -e out ] || exit 9
      echo > out
      [ $(wc -l < tries) -ge 3 ]
    outs: [out]
    retries: ${retries}
    ${more}
`;

const tries = (rig: Rig): number => rig.read('tries').length / 4;

test('a command that exits with another code than 0 is tried again, from the beginning', async () => {
  const rig = createRig({ 'pipeline.yaml': flaky(5) });
  const { summary, warnings } = await rig.repro();
  expect([summary.ran, tries(rig)]).toEqual([['s'], 3]);
  expect(warnings).toEqual(['the command exited with 1: attempt 2 of 6', 'the command exited with 1: attempt 3 of 6']);
});

test('and no more often than was said; then the old outs are put back', async () => {
  const rig = createRig({ 'pipeline.yaml': flaky(1) });
  const { of } = await rig.repro();
  expect([of('s'), tries(rig)]).toMatchObject([{ failure: { code: 'stage-failed', exitCode: 1 } }, 2]);
  expect(rig.exists('out')).toBe(false);
});

test('a persist out is what the next attempt goes on from', async () => {
  const rig = createRig({
    'pipeline.yaml':
      'stages: {s: {cmd: "echo >> state; [ $(wc -l < state) -eq 3 ]", retries: 2, outs: [{state: {persist: true}}]}}\n',
  });
  expect((await rig.repro()).summary.ran).toEqual(['s']);
});

test('a command that is killed is not tried again', async () => {
  const rig = createRig({ 'pipeline.yaml': 'stages: {s: {cmd: "echo try >> tries; kill -9 $$", retries: 3}}\n' });
  expect((await rig.repro()).of('s')).toMatchObject({ failure: { code: 'stage-killed' } });
  expect(tries(rig)).toBe(1);
});

test('all attempts share one timeout', async () => {
  const rig = createRig({
    'pipeline.yaml': 'stages: {s: {cmd: "echo try >> tries; sleep 0.5; exit 1", retries: 1000, timeout: 2s}}\n',
  });
  expect((await rig.repro()).of('s')).toMatchObject({ failure: { code: 'stage-timeout', timeoutMs: 2_000 } });
  expect(tries(rig)).toBeLessThan(5);
});

test('a stopped run does not try again', async () => {
  const rig = createRig({ 'pipeline.yaml': 'stages: {s: {cmd: "echo try >> tries; sleep 600", retries: 9}}\n' });
  const stop = new AbortController();
  const ran = rig.repro({ signal: stop.signal });
  await rig.appears('tries');
  stop.abort('SIGINT');
  expect((await ran).result).toMatchObject({ ok: false, error: { code: 'interrupted' } });
  expect(tries(rig)).toBe(1);
});
