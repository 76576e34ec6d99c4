/** The command as people, CI and cron meet it: exit codes, what is printed where, signals. */
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHold, holding } from '../support/hold.ts';
import { pipe, startPipe } from '../support/pipe-command.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createRig } from '../support/workspace.ts';

const COPY = {
  'pipeline.yaml': 'stages: {copy: {cmd: cat in.txt > out.txt, deps: [in.txt], outs: [out.txt]}}',
  'in.txt': 'one',
};

test('in an empty folder: init makes a pipeline that runs, and a second run does nothing', async () => {
  const folder = tempFolder();
  expect(await pipe(folder, 'init')).toMatchObject({ code: 0, stderr: '' });
  expect(await pipe(folder, 'repro')).toMatchObject({ code: 0, stdout: expect.stringContaining('2 ran') });
  expect(await pipe(folder, 'repro')).toMatchObject({ code: 0, stdout: expect.stringContaining('fresh') });
  expect(await pipe(folder, 'status', '-q')).toMatchObject({ code: 0, stdout: '' });
});

test.each<[string, readonly string[], number, RegExp]>([
  ['a verb that does not exist', ['repor'], 2, /did you mean `pipe repro`/],
  ['a stage that does not exist', ['repro', 'nosuch'], 2, /nosuch/],
  ['a stage that is nearly right', ['repro', 'cpoy'], 2, /did you mean `copy`/],
  ['an option that does not exist', ['repro', '--nope'], 2, /--nope/],
  ['a number that is none', ['repro', '-j', 'many'], 2, /many/],
  ['a folder that is not there', ['-C', 'nowhere', 'repro'], 2, /nowhere/],
])('%s: exit 2 and something that helps', async (_, args, code, message) => {
  const rig = createRig(COPY);
  const end = await pipe(rig.root, ...args);
  expect(end).toMatchObject({ code, stdout: '' });
  expect(end.stderr).toMatch(message);
  expect(end.stderr).not.toMatch(/at .*\.(c?js|ts):\d+/);
  expect(rig.exists('out.txt')).toBe(false);
});

test('outside a pipeline: exit 2, and the way in is named', async () => {
  expect(await pipe(tempFolder(), 'repro')).toMatchObject({ code: 2, stderr: expect.stringMatching(/pipe init/) });
});

test('a broken pipeline.yaml: every problem with line and column, the line shown and marked', async () => {
  const rig = createRig({ 'pipeline.yaml': 'stages:\n  a:\n    cmd: x\n    dep: [in]\n    outs: 3\n' });
  const { code, stderr } = await pipe(rig.root, 'repro');
  expect(code).toBe(2);
  expect(stderr).toMatch(/pipeline\.yaml:4:5 stages\.a\.dep: unknown key[^]*did you mean `deps`/);
  expect(stderr).toMatch(/pipeline\.yaml:5:11 /);
  expect(stderr).toMatch(/\^/);
});

test('from a sub-folder the pipeline above is found', async () => {
  const rig = createRig(COPY);
  mkdirSync(join(rig.root, 'deep/er'), { recursive: true });
  expect(await pipe(join(rig.root, 'deep/er'), 'repro')).toMatchObject({ code: 0 });
  expect(rig.read('out.txt')).toBe('one');
});

test('as cron starts it: silent when all is well, a readable message and exit 1 when not', async () => {
  const rig = createRig(COPY);
  expect(await pipe(rig.root, 'repro', '-q')).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  rig.write('pipeline.yaml', 'stages: {copy: {cmd: echo the reason; exit 7, deps: [in.txt], outs: [out.txt]}}');
  const { code, stderr } = await pipe(rig.root, 'repro', '-q');
  expect(code).toBe(1);
  expect(stderr).toMatch(/copy/);
  expect(stderr).toMatch(/7/);
  expect(stderr).toMatch(/the reason/);
  expect(stderr).toMatch(/\.pipe\/logs\/copy\//);
});

test.each<[NodeJS.Signals, number]>([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])('%s in the middle: exit %i, nothing goes on running, the old out stands', async (signal, code) => {
  const rig = createRig(COPY);
  await pipe(rig.root, 'repro');
  const hold = createHold(rig.root);
  rig.write(
    'pipeline.yaml',
    `stages: {copy: {cmd: 'echo half > out.txt; (${holding()}) & wait', deps: [in.txt], outs: [out.txt]}}`,
  );
  const { child, ended } = startPipe(rig.root, ['repro']);
  await hold.taken();
  child.kill(signal);
  expect((await ended).code).toBe(code);
  expect(rig.read('out.txt')).toBe('one');
  await hold.released;
});

test('--json is one event a line, and the last one is the summary', async () => {
  const rig = createRig(COPY);
  const { stdout } = await pipe(rig.root, 'repro', '--json');
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line): { type: string } => JSON.parse(line));
  expect(events.map(({ type }) => type)).toEqual([
    'run-started',
    'stage-decided',
    'stage-started',
    'stage-finished',
    'run-finished',
  ]);
  expect(events.at(-1)).toMatchObject({ summary: { ok: true, ran: ['copy'] } });
});

test('a reader that goes away (| head) is no crash', async () => {
  const rig = createRig(COPY);
  const { child, ended } = startPipe(rig.root, ['repro', '--json']);
  child.stdout?.destroy();
  const { code, stderr } = await ended;
  expect(stderr).toBe('');
  expect(code).toBe(0);
});

test('a folder that cannot be written: a clear error, no stack', async ({ skip }) => {
  if (process.getuid?.() === 0) skip('root may write everywhere');
  const rig = createRig(COPY);
  chmodSync(rig.root, 0o555);
  const { code, stderr } = await pipe(rig.root, 'repro');
  chmodSync(rig.root, 0o755);
  expect(code).toBe(1);
  expect(stderr).toMatch(/permission denied/);
});

test('started through a link to it, it finds itself', async () => {
  const folder = tempFolder();
  symlinkSync(join(import.meta.dirname, '../../bin/pipe.js'), join(folder, 'pipe'));
  const { execFileSync } = await import('node:child_process');
  expect(execFileSync(join(folder, 'pipe'), ['version'], { encoding: 'utf8' })).toMatch(/^pipe \d/);
});

test('the accidents template needs nothing but node: data, model, promotion, and an answer from outside a checkout', async () => {
  const folder = tempFolder();
  expect(await pipe(folder, 'init', '--template', 'accidents')).toMatchObject({ code: 0, stderr: '' });
  // A tenth of the accidents: the stages are tested elsewhere.
  expect(await pipe(folder, 'params', 'set', 'import_data.accidents=2000')).toMatchObject({ code: 0 });
  const { code, stdout } = await pipe(folder, 'repro');
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('5 ran') });
  expect(await pipe(folder, 'model', 'list')).toMatchObject({ code: 0, stdout: expect.stringContaining('production') });
  expect(await pipe(folder, 'init')).toMatchObject({ code: 2, stderr: expect.stringContaining('pipeline.yaml') });
});
