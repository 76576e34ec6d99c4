/** A run that goes wrong, or not as usual: what is kept, what is said, and in which order things happen. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pipe } from '../support/pipe-command.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createRig } from '../support/workspace.ts';

const CHAIN = `stages:
  first: {cmd: cat in > a, deps: [in], outs: [a]}
  second: {cmd: 'cat a > b; test "$(cat in)" != bad || exit 9', deps: [a], outs: [b]}
  third: {cmd: cat b > c, deps: [b], outs: [c]}
`;

test('a failure in the middle: what was done before is kept and recorded, what comes after is not touched', async () => {
  const rig = createRig({ 'pipeline.yaml': CHAIN, in: 'good' });
  await rig.repro();
  const third = rig.read('locks/third.json');
  rig.write('in', 'bad');
  rig.git('init', '-q');
  const { code, stderr } = await pipe(rig.root, 'repro');
  expect(code).toBe(1);
  expect(stderr).toMatch(/second failed: .*exit(ed)? (with )?(code )?9/);
  expect([rig.read('a'), rig.read('b'), rig.read('c')]).toEqual(['bad', 'good', 'good']);
  expect(rig.read('locks/third.json')).toBe(third);
  expect(rig.read('.gitignore')).toContain('/a\n/b\n/c\n');
  expect((await rig.repro({ targets: ['first'] })).summary.fresh).toEqual(['first']);
  expect((await rig.repro({ keepGoing: true })).of('third')).toEqual({ kind: 'blocked', by: 'second' });
});

test('the next run begins where the last one failed', async () => {
  const rig = createRig({ 'pipeline.yaml': CHAIN, in: 'bad' });
  expect((await rig.repro()).summary).toMatchObject({ ran: ['first'], failed: ['second'] });
  rig.write('pipeline.yaml', CHAIN.replace('exit 9', 'true'));
  expect((await rig.repro()).summary).toMatchObject({ fresh: ['first'], ran: ['second', 'third'] });
});

test('there is no way to take a failed stage for a good one', async () => {
  const rig = createRig({ 'pipeline.yaml': CHAIN, in: 'bad' });
  expect((await pipe(rig.root, 'repro', '--ignore-errors')).code).toBe(2);
  expect((await pipe(rig.root, 'repro', '-k')).code).toBe(1);
  expect([rig.exists('b'), rig.exists('c'), rig.exists('locks/second.json')]).toEqual([false, false, false]);
});

test('of a list of commands the first that fails is the last; of a script, the first line', async () => {
  const rig = createRig({
    'pipeline.yaml':
      'stages: {list: {cmd: [echo > one, "false", echo > two]}, script: {cmd: "echo > x\\nfalse\\necho > y\\n"}}\n',
  });
  expect((await rig.repro({ keepGoing: true })).summary.failed).toEqual(['list', 'script']);
  expect(['one', 'two', 'x', 'y'].map(rig.exists)).toEqual([true, false, true, false]);
});

test('a forced run restores nothing, and what it made is what is restored from then on', async () => {
  const rig = createRig({
    'pipeline.yaml': 'stages: {dice: {cmd: cat /proc/sys/kernel/random/uuid > out, deps: [in], outs: [out]}}\n',
    in: '',
  });
  await rig.repro();
  const first = rig.read('out');
  rig.remove('out'); // which could be restored
  expect((await rig.repro({ force: true })).of('dice')).toMatchObject({ kind: 'ran', changed: ['out'] });
  const second = rig.read('out');
  expect(second).not.toBe(first);
  rig.remove('out');
  rig.remove('locks');
  expect((await rig.repro()).of('dice')).toMatchObject({ kind: 'restored', from: 'run-cache' });
  expect(rig.read('out')).toBe(second);
});

test('a dry run says the one thing that the run then does, of every stage', async () => {
  const rig = createRig({ 'pipeline.yaml': CHAIN, in: 'good' });
  await rig.repro();
  rig.write('in', 'other');
  await rig.repro();
  rig.write('in', 'good');
  const dry = await pipe(rig.root, 'repro', '--dry', '--json');
  const said = dry.stdout
    .trimEnd()
    .split('\n')
    .map((line): { type: string; stage?: string; decision?: { action: string } } => JSON.parse(line));
  const about = (stage: string) => said.filter((event) => event.stage === stage && event.type !== 'stage-finished');
  expect(about('first')).toMatchObject([{ type: 'stage-decided', decision: { action: 'restore' } }]);
  expect(about('second')).toMatchObject([{ type: 'stage-undecided' }]);
  expect((await rig.repro()).of('first').kind).toBe('restored');
});

test('stages come in the order of the file, whatever the order of the targets', async () => {
  const rig = createRig({
    'pipeline.yaml':
      'stages: {g: {foreach: [c, a, b], do: {cmd: "echo ${item} >> order", outs: []}}, x: {cmd: echo x >> order}, d: {cmd: echo d >> order}}\n',
  });
  await rig.repro({ jobs: 1, targets: ['d', 'g@b', 'x', 'g@a', 'g@c'] });
  expect(rig.read('order')).toBe('c\na\nb\nx\nd\n');
});

test('a frozen stage whose out cannot be had is told, not run', async () => {
  const rig = createRig({ 'pipeline.yaml': CHAIN, in: 'good' });
  await rig.repro();
  rig.write('pipeline.yaml', CHAIN.replace('outs: [b]', 'outs: [b], frozen: true'));
  rig.write('in', 'other');
  const { summary } = await rig.repro();
  expect(summary).toMatchObject({ ran: ['first'], fresh: ['second', 'third'] });
  rig.remove('.pipe/cache');
  rig.remove('b');
  const { code, stderr } = await pipe(rig.root, 'repro');
  expect(code).toBe(2);
  expect(stderr).toMatch(/third failed: dep b is not there, and stage second, which makes it, is frozen/);
  expect(stderr).toMatch(/hint: .*unfreeze second/);
  expect(rig.exists('b')).toBe(false);
});

test('frozen stages that never ran, and deps that are not there, are told at once and before anything runs', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages:
  first: {cmd: echo > a, outs: [a]}
  second: {cmd: echo > b, outs: [b], frozen: true}
  third: {cmd: echo, deps: [nobody]}
`,
  });
  const { code, stderr } = await pipe(rig.root, 'repro');
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /pipeline\.yaml:3:3 stages\.second: .*frozen.*[^]*pipeline\.yaml:4:\d+ stages\.third\.deps\[0\]/,
  );
  expect(rig.exists('a')).toBe(false);
});

test('two checkouts of one cache run the same stage at once and get other bytes: the second takes what the first recorded, and says so', async () => {
  const cache = tempFolder();
  const files = {
    'pipeline.yaml':
      'stages: {dice: {cmd: "touch started; [ ! -p gate ] || cat gate; cat /proc/sys/kernel/random/uuid > out", deps: [in], outs: [out]}}\n',
    '.pipe/config.yaml': `cache: {dir: ${JSON.stringify(cache)}}\n`,
    in: '',
  };
  const [slow, quick] = [createRig(files), createRig(files)];
  execFileSync('mkfifo', [join(slow.root, 'gate')]);
  const running = slow.repro();
  await slow.appears('started');
  await quick.repro();
  writeFileSync(join(slow.root, 'gate'), '');
  const { warnings, summary } = await running;
  expect(summary.ran).toEqual(['dice']);
  expect(warnings.join()).toMatch(/the same inputs gave other outs before \(out .*; the earlier ones are kept/);
  expect(slow.read('out')).toBe(quick.read('out'));
  expect(slow.read('locks/dice.json')).toBe(quick.read('locks/dice.json'));
});
