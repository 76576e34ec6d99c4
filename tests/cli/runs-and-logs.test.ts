/** `run`, `runs` and `logs` as people type them: one stage by hand, what ran when, what it printed. */
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pipe, startPipe } from '../support/pipe-command.ts';
import { createRig } from '../support/workspace.ts';

const PIPE = join(import.meta.dirname, '../../bin/pipe.js');

const COPY = {
  'pipeline.yaml': `stages:
  copy: {cmd: echo copying; cat in.txt > out.txt, deps: [in.txt], outs: [out.txt]}
  count: {cmd: wc -c < out.txt > count.txt, deps: [out.txt], outs: [count.txt]}
`,
  'in.txt': 'one',
};

test('run: one stage, fresh as it is, and nothing that needs it', async () => {
  const rig = createRig(COPY);
  await rig.repro();
  const { code, stdout } = await pipe(rig.root, 'run', 'copy');
  expect(code).toBe(0);
  expect(stdout).toContain('because forced');
  expect(stdout).toContain('copying');
  expect(stdout).toContain('1 ran');
  expect((await rig.repro()).summary.fresh).toEqual(['copy', 'count']);
});

test('run: a frozen stage too, with the inputs as they are now', async () => {
  const rig = createRig({ 'pipeline.yaml': 'stages: {a: {cmd: cat in > out, deps: [in], outs: [out]}}', in: '1' });
  await rig.repro();
  rig.write('pipeline.yaml', 'stages: {a: {cmd: cat in > out, deps: [in], outs: [out], frozen: true}}');
  rig.write('in', '2');
  expect((await rig.repro()).of('a')).toEqual({ kind: 'fresh', repairs: [] });
  expect(await pipe(rig.root, 'run', 'a')).toMatchObject({ code: 0 });
  expect(rig.read('out')).toBe('2');
});

test('run --tty: the command reads what is typed and writes to the screen; it is recorded, its output is not', async () => {
  const rig = createRig({ 'pipeline.yaml': 'stages: {ask: {cmd: "echo who?; read x; echo $x > out", outs: [out]}}' });
  const typed = execFileSync(process.execPath, [PIPE, 'run', 'ask', '--tty'], {
    cwd: rig.root,
    input: 'Ada\n',
    encoding: 'utf8',
  });
  expect(typed).toContain('who?\n');
  expect(rig.read('out')).toBe('Ada\n');
  expect((await rig.repro()).summary.fresh).toEqual(['ask']);
  expect((await pipe(rig.root, 'logs', 'ask', '-q')).stdout).toBe(
    'This run had the terminal: what it printed was not kept.\n',
  );
});

test("run --tty: Ctrl-C is the command's own affair, SIGTERM still stops it", async () => {
  const rig = createRig({
    'pipeline.yaml': `stages: {hold: {cmd: "trap 'touch out; exit 0' INT; touch started; while :; do sleep 0.05; done", outs: [out]}}`,
  });
  const interrupted = startPipe(rig.root, ['run', 'hold', '--tty']);
  await rig.appears('started');
  interrupted.child.kill('SIGINT');
  interrupted.child.kill('SIGINT');
  interrupted.child.kill('SIGINT');
  interrupted.child.kill('SIGTERM');
  expect(await interrupted.ended).toMatchObject({ code: 143 });
  expect(rig.exists('out')).toBe(false);
});

test('run --tty: a command that deals with Ctrl-C goes on, and so does its stage', async () => {
  const rig = createRig({
    'pipeline.yaml': 'stages: {debug: {cmd: node debug.cjs; echo done >> out, outs: [out]}}',
    'debug.cjs': `const fs = require('node:fs');
process.on('SIGINT', () => fs.writeFileSync('out', 'interrupted, '));
fs.writeFileSync('started', '');
const timer = setInterval(() => fs.existsSync('out') && clearInterval(timer), 10);
`,
  });
  // In a process group of its own, as a terminal's foreground is: all of it gets the signal.
  const child = spawn(process.execPath, [PIPE, 'run', 'debug', '--tty'], {
    cwd: rig.root,
    detached: true,
    stdio: 'ignore',
  });
  await rig.appears('started');
  process.kill(-(child.pid ?? Number.NaN), 'SIGINT');
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
  expect(rig.read('out')).toBe('interrupted, done\n');
});

test('run: a failing stage exits 1, several stages at once are a mistake', async () => {
  const rig = createRig({ 'pipeline.yaml': 'stages: {bad: {cmd: exit 3}, also: {cmd: exit 4}}' });
  expect(await pipe(rig.root, 'run', 'bad')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('exited with 3'),
  });
  expect(await pipe(rig.root, 'run', '*')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('`*` means bad, also'),
  });
});

test('runs: every run with what logs takes, how it ended, and why; the latest is the last', async () => {
  const rig = createRig(COPY);
  await rig.repro();
  rig.write('in.txt', 'other');
  await rig.repro();
  rig.write('pipeline.yaml', rig.read('pipeline.yaml').replace('echo copying;', 'exit 7;'));
  await rig.repro();
  const lines = (await pipe(rig.root, 'runs', 'copy')).stdout.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^# {2}STAGE {2}STARTED \(UTC\) +TOOK +ENDED +HOST +BECAUSE$/);
  expect(lines.slice(1).map((line) => line.slice(0, 9))).toEqual(['3  copy  ', '2  copy  ', '1  copy  ']);
  expect(lines[2]).toMatch(/exit 0 .* dep in\.txt: [0-9a-f]+ → [0-9a-f]+$/);
  expect(lines[3]).toMatch(/exit 7 .* command: /);
  const { runs } = JSON.parse((await pipe(rig.root, 'runs', '--json')).stdout);
  expect(runs.map((run: { stage: string; nth: number }) => [run.stage, run.nth])).toEqual([
    ['copy', 3],
    ['count', 2],
    ['copy', 2],
    ['count', 1],
    ['copy', 1],
  ]);
  expect(runs[0]).toMatchObject({ outcome: 'ran', exitCode: 0, reasons: [{ kind: 'never-run' }] });
  expect((await pipe(rig.root, 'runs', '-n', '1')).stdout).toMatch(/^[^\n]*\n1 {2}copy [^\n]*\n$/);
});

test('runs: where nothing ran, it says so', async () => {
  expect((await pipe(createRig(COPY).root, 'runs')).stdout).toBe('nothing has run here yet\n');
});

test('logs --run counts back from the latest that ended', async () => {
  const rig = createRig({ 'pipeline.yaml': 'stages: {say: {cmd: cat in, deps: [in]}}', in: 'first' });
  await rig.repro();
  rig.write('in', 'second');
  await rig.repro();
  expect((await pipe(rig.root, 'logs', 'say', '-q')).stdout).toBe('second\n');
  expect((await pipe(rig.root, 'logs', 'say', '-q', '--run', '2')).stdout).toBe('first\n');
  expect(await pipe(rig.root, 'logs', 'say', '--run', '3')).toMatchObject({ code: 1, stdout: '' });
  expect(await pipe(rig.root, 'logs', 'say', '-f', '--run', '2')).toMatchObject({ code: 2 });
});

test('logs: of a stage that runs its output so far; -f goes on until it ends', async () => {
  const rig = createRig({
    'pipeline.yaml': 'stages: {slow: {cmd: "echo one; touch started; cat gate; echo two", outs: []}}',
  });
  execFileSync('mkfifo', [join(rig.root, 'gate')]);
  const running = rig.repro();
  await rig.appears('started');
  const now = await pipe(rig.root, 'logs', 'slow');
  expect(now).toMatchObject({ code: 0, stdout: 'one\n', stderr: expect.stringMatching(/^running: stage slow/) });
  const following = startPipe(rig.root, ['logs', 'slow', '-f']);
  await new Promise<void>((resolve) => following.child.stdout?.once('data', () => resolve()));
  writeFileSync(join(rig.root, 'gate'), '');
  await running;
  expect(await following.ended).toMatchObject({
    code: 0,
    stdout: 'one\ntwo\n',
    stderr: expect.stringMatching(/^slow, .*exit 0/),
  });
  expect((await pipe(rig.root, 'logs', 'slow', '-f')).stdout).toBe('one\ntwo\n');
});
