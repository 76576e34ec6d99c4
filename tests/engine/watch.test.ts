/** `repro --watch`, as a library call and as the real command, judged by what stands in the folder. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { RunEvent, WatchEvent } from '../../src/core/event.ts';
import type { Failure } from '../../src/core/failure.ts';
import { watch, type WatchOptions } from '../../src/engine/watch.ts';
import type { Result } from '../../src/lib/result.ts';
import { PIPE, startPipe } from '../support/pipe-command.ts';
import { endOf } from '../support/run-program.ts';
import { createRig, type Rig } from '../support/workspace.ts';

const TIMEOUT = { timeout: 20_000, interval: 10 };

interface Watching {
  readonly events: readonly (RunEvent | WatchEvent)[];
  /** Resolves when what is told for the n-th time has been told. */
  readonly tells: (type: WatchEvent['type'] | RunEvent['type'], times?: number) => Promise<void>;
  readonly stop: () => Promise<Result<never, Failure>>;
}

function startWatch(rig: Rig, options: Partial<WatchOptions> = {}): Watching {
  const controller = new AbortController();
  const events: (RunEvent | WatchEvent)[] = [];
  const onEvent = (event: RunEvent | WatchEvent) => void events.push(event);
  const ended = watch({ cwd: rig.root, ...options, signal: controller.signal, onEvent });
  const stop = () => {
    controller.abort('SIGINT');
    return ended;
  };
  onTestFinished(async () => void (await stop()));
  const count = (type: string) => events.filter((event) => event.type === type).length;
  const tells = (type: string, times = 1) => vi.waitUntil(() => count(type) >= times, TIMEOUT).then(() => undefined);
  return { events, tells, stop };
}

const runsOf = ({ events }: Watching, stage: string) =>
  events.filter((event) => event.type === 'stage-started' && event.stage === stage).length;

const CHAIN = {
  'pipeline.yaml': `stages:
  copy: {cmd: cat in.txt > copy.txt, deps: [in.txt], outs: [copy.txt]}
  count: {cmd: wc -c < copy.txt > count.txt, deps: [copy.txt], outs: [count.txt]}
`,
  'in.txt': 'one\n',
};

test('a changed source makes another round, and downstream follows', async () => {
  const rig = createRig(CHAIN);
  const watching = startWatch(rig);
  await watching.tells('watch-waiting');
  rig.write('in.txt', 'longer\n');
  await watching.tells('watch-waiting', 2);
  expect(rig.read('count.txt').trim()).toBe('7');
  expect(watching.events).toContainEqual({ type: 'watch-changed', paths: ['in.txt'], stopped: [] });
});

test('nobody is told of a file that was written again with the same bytes', async () => {
  const rig = createRig(CHAIN);
  const watching = startWatch(rig);
  await watching.tells('watch-waiting');
  rig.write('in.txt', 'one\n');
  rig.write('count.txt', 'edited by hand'); // an out: never looked at
  rig.write('other.txt', 'not declared');
  rig.write('params.yaml', 'a: 1');
  const before = watching.events.length;
  rig.write('in.txt', 'two\n');
  await watching.tells('watch-waiting', 2);
  expect(watching.events[before]).toEqual({ type: 'watch-changed', paths: ['in.txt'], stopped: [] });
  expect(runsOf(watching, 'copy')).toBe(2);
});

test('the executable bit is seen, as it is an input', async () => {
  const rig = createRig(CHAIN);
  const watching = startWatch(rig);
  await watching.tells('watch-waiting');
  chmodSync(join(rig.root, 'in.txt'), 0o755);
  await watching.tells('watch-waiting', 2);
  expect(runsOf(watching, 'copy')).toBe(2);
  expect(runsOf(watching, 'count')).toBe(1);
});

test('a dep that is missing is waited for', async () => {
  const rig = createRig({ 'pipeline.yaml': CHAIN['pipeline.yaml'] });
  const watching = startWatch(rig);
  await watching.tells('watch-waiting');
  expect(watching.events).toContainEqual(
    expect.objectContaining({ type: 'watch-failure', failure: expect.objectContaining({ code: 'pipeline-invalid' }) }),
  );
  rig.write('in.txt', 'here\n');
  await rig.appears('count.txt');
});

test('a stage that failed does not run again until its inputs change, though others do', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages:
  picky: {cmd: echo try >> tries.log; grep good a.txt > a.out, deps: [a.txt], outs: [a.out]}
  easy: {cmd: cat b.txt > b.out, deps: [b.txt], outs: [b.out]}
`,
    'a.txt': 'bad\n',
    'b.txt': '1\n',
  });
  const watching = startWatch(rig, { keepGoing: true });
  await watching.tells('watch-waiting');
  rig.write('b.txt', '2\n');
  await watching.tells('watch-waiting', 2);
  expect(rig.read('b.out')).toBe('2\n');
  expect(rig.read('tries.log')).toBe('try\n');
  expect(watching.events.at(-1)).toMatchObject({ type: 'watch-waiting', failed: ['picky'] });
  rig.write('a.txt', 'good\n');
  await rig.appears('a.out');
  await watching.tells('watch-waiting', 3);
  expect(watching.events.at(-1)).toMatchObject({ failed: [] });
});

test('a stage whose dep changes while it runs is stopped and begins again with what is there now', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages:
  slow: {cmd: 'cat in.txt > seen.txt; touch started; if grep -q old seen.txt; then sleep 60; fi; cat seen.txt > out.txt', deps: [in.txt], outs: [out.txt]}
`,
    'in.txt': 'old\n',
  });
  const watching = startWatch(rig);
  await rig.appears('started');
  rig.write('in.txt', 'new\n');
  await watching.tells('watch-waiting');
  expect(rig.read('out.txt')).toBe('new\n');
  expect(watching.events).toContainEqual({ type: 'watch-changed', paths: ['in.txt'], stopped: ['slow'] });
});

test('a stage that rewrites its own dep does not run for ever', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages:
  restless: {cmd: 'echo x >> in.txt; sleep 0.6; cp in.txt out.txt', deps: [in.txt], outs: [out.txt]}
`,
    'in.txt': 'old\n',
  });
  const watching = startWatch(rig);
  await watching.tells('watch-waiting');
  expect(watching.events.at(-1)).toMatchObject({ failed: ['restless'] });
  expect(watching.events).toContainEqual(
    expect.objectContaining({
      type: 'stage-finished',
      result: expect.objectContaining({ failure: expect.objectContaining({ code: 'dep-changed-during-run' }) }),
    }),
  );
});

test('a pipeline that is broken in an editor is told, and its repair goes on from there', async () => {
  const rig = createRig(CHAIN);
  const watching = startWatch(rig);
  await watching.tells('watch-waiting');
  rig.write('pipeline.yaml', 'stages: [');
  await watching.tells('watch-failure');
  rig.write('pipeline.yaml', CHAIN['pipeline.yaml'].replace('wc -c', 'wc -l'));
  await watching.tells('watch-waiting', 3);
  expect(rig.read('count.txt').trim()).toBe('1');
});

test('what is removed and comes back, folder and all, is seen', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages:
  copy: {cmd: cat data/raw/in.txt > copy.txt, deps: [data/raw/in.txt], outs: [copy.txt]}
`,
    'data/raw/in.txt': 'one\n',
  });
  const watching = startWatch(rig);
  await watching.tells('watch-waiting');
  rig.remove('data');
  await watching.tells('watch-failure');
  rig.write('data/raw/in.txt', 'two\n');
  await watching.tells('watch-waiting', 3);
  expect(rig.read('copy.txt')).toBe('two\n');
  rig.remove('data');
  rig.write('data/raw/in.txt', 'three\n');
  await watching.tells('watch-waiting', 4);
  expect(rig.read('copy.txt')).toBe('three\n');
});

test('what is new in a folder or a glob is seen', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages:
  list: {cmd: 'ls -R data > list.txt', deps: [data, 'src/**/*.py'], outs: [list.txt]}
`,
    'data/a/one.txt': '1',
    'src/x.py': 'x',
  });
  const watching = startWatch(rig);
  await watching.tells('watch-waiting');
  rig.write('data/b/two.txt', '2');
  await watching.tells('watch-waiting', 2);
  expect(rig.read('list.txt')).toContain('two.txt');
  rig.write('src/deep/y.py', 'y');
  await watching.tells('watch-waiting', 3);
  expect(runsOf(watching, 'list')).toBe(3);
});

test('the command ends with 130 at Ctrl-C, stops what runs, and puts outs back', async () => {
  const rig = createRig({
    'pipeline.yaml': `stages:
  slow: {cmd: 'cp in.txt out.txt; touch started; if grep -q slow out.txt; then sleep 60; fi', deps: [in.txt], outs: [out.txt]}
`,
    'in.txt': 'quick\n',
  });
  const program = startPipe(rig.root, ['repro', '--watch']);
  onTestFinished(() => void program.child.kill('SIGKILL'));
  await rig.appears('locks/slow.json');
  rig.remove('started');
  rig.write('in.txt', 'slow\n');
  await rig.appears('started');
  program.child.kill('SIGINT');
  const { code, stdout, stderr } = await program.ended;
  expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
  expect(stdout).toContain('stopped, its outs from before are back in place');
  expect(rig.read('out.txt')).toBe('quick\n');
});

test.skipIf(!canLimitWatches())(
  'where the system can watch no more files, they are looked at again and again',
  async () => {
    const rig = createRig(CHAIN);
    const limited = spawn(
      'unshare',
      [
        '-rU',
        'sh',
        '-c',
        'echo 0 > /proc/sys/user/max_inotify_watches; exec "$0" "$@"',
        process.execPath,
        PIPE,
        'repro',
        '--watch',
      ],
      { cwd: rig.root, env: { PATH: process.env['PATH'], HOME: rig.root }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    onTestFinished(() => void limited.kill('SIGKILL'));
    const ended = endOf(limited);
    await rig.appears('locks/count.json');
    rig.write('in.txt', 'longer\n');
    await vi.waitUntil(() => rig.exists('count.txt') && rig.read('count.txt').trim() === '7', TIMEOUT);
    limited.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(stdout).toContain('the system can watch no more files, so they are looked at every second');
  },
);

/** A user namespace has limits of its own; not every system lets us make one. */
function canLimitWatches(): boolean {
  const script = 'echo 0 > /proc/sys/user/max_inotify_watches';
  return spawnSync('unshare', ['-rU', 'sh', '-c', script], { stdio: 'ignore' }).status === 0;
}
