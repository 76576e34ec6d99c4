import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { Executor, StageCommand } from '../../src/executors/executor.ts';
import { openLauncher } from '../../src/executors/launcher.ts';
import { executorWith, localExecutor } from '../../src/executors/local.ts';
import { createHold, holding } from '../support/hold.ts';
import { tempFolder } from '../support/temp-folder.ts';

function createCommand(scripts: readonly string[], { cwd = tempFolder(), ...change }: Partial<StageCommand> = {}) {
  const command: StageCommand = {
    scripts,
    shell: ['/bin/sh', '-e', '-c'],
    cwd,
    env: { PATH: process.env['PATH'] },
    cookie: `test-${Math.random()}`,
    logFile: join(cwd, 'logs/log'),
    timeoutMs: null,
    graceMs: 500,
    signal: new AbortController().signal,
    ...change,
  };
  return { command, cwd, log: () => readFileSync(command.logFile, 'utf8') };
}

const appears = (file: string) => vi.waitUntil(() => existsSync(file), { timeout: 20_000, interval: 5 });

const HELPER = join(import.meta.dirname, '../../dist/workers/launch-worker.js');
const launcher = openLauncher(HELPER);
afterAll(() => launcher.close());

const executors: Readonly<Record<string, () => Promise<Executor>>> = {
  'by this process': async () => localExecutor,
  'by its helper': async () => {
    await vi.waitUntil(() => launcher.isReady(), { timeout: 20_000 });
    return executorWith(launcher);
  },
};

describe.each(Object.entries(executors))('started %s', (_, executorOf) => {
  const executor: Executor = { run: async (command) => (await executorOf()).run(command) };

  test('what a command prints is in its log, in order', async () => {
    const { command, log } = createCommand(['echo one; echo two >&2; echo three']);
    expect(await executor.run(command)).toEqual({ kind: 'exited', code: 0, leftovers: false });
    expect(log()).toBe('one\ntwo\nthree\n');
  });

  test('a string is one script: loops and cd work', async () => {
    const { command, log } = createCommand(['mkdir sub\ncd sub\nfor i in 1 2; do\n  echo $i > $i\ndone\nls']);
    await executor.run(command);
    expect(log()).toBe('1\n2\n');
  });

  test('of a list, the first that fails is the last that runs', async () => {
    const { command, log } = createCommand(['echo a', 'exit 3', 'echo never']);
    expect(await executor.run(command)).toMatchObject({ kind: 'exited', code: 3 });
    expect(log()).toBe('a\n');
  });

  test('a script stops at its first failing line', async () => {
    const { command } = createCommand(['false\necho never']);
    expect(await executor.run(command)).toMatchObject({ kind: 'exited', code: 1 });
  });

  test('a command that dies of a signal says which', async () => {
    const { command } = createCommand(['kill -9 $$']);
    expect(await executor.run(command)).toEqual({ kind: 'killed', signal: 'SIGKILL' });
  });

  test('a shell that is not there is told, not thrown', async () => {
    const { command } = createCommand(['x'], { shell: ['/no/such/shell'] });
    expect(await executor.run(command)).toMatchObject({
      kind: 'not-started',
      problem: expect.stringContaining('ENOENT'),
    });
  });

  test('stdin is empty: a command that reads it does not hang', async () => {
    const { command } = createCommand(['cat; read x || echo none']);
    expect(await executor.run(command)).toMatchObject({ code: 0 });
  });

  test('stopping stops also what the command started, even when it left the group', async () => {
    const controller = new AbortController();
    const cwd = tempFolder();
    const [near, far] = [createHold(cwd, 'near'), createHold(cwd, 'far')];
    const { command } = createCommand([`setsid sh -c "${holding('far')}" & (${holding('near')}) & wait`], {
      signal: controller.signal,
      cwd,
    });
    const running = executor.run(command);
    await Promise.all([near.taken(), far.taken()]);
    controller.abort('SIGINT');
    expect(await running).toEqual({ kind: 'stopped' });
    await Promise.all([near.released, far.released]);
  });

  test('a command that ignores TERM is killed after the grace time', async () => {
    const controller = new AbortController();
    const { command, cwd } = createCommand(['trap "" TERM; touch started; while :; do sleep 0.1; done'], {
      signal: controller.signal,
      graceMs: 200,
    });
    const running = executor.run(command);
    await appears(join(cwd, 'started'));
    controller.abort('SIGTERM');
    expect(await running).toEqual({ kind: 'stopped' });
  });

  test('over its timeout it is stopped', async () => {
    const { command } = createCommand(['sleep 30'], { timeoutMs: 100 });
    expect(await executor.run(command)).toEqual({ kind: 'timed-out' });
  });

  test('what is left in the background when the command has ended is stopped, and told', async () => {
    const { command } = createCommand(['sleep 30 & exit 0']);
    expect(await executor.run(command)).toEqual({ kind: 'exited', code: 0, leftovers: true });
  });
});

test('when the helper is killed, what it had started is stopped, and nothing more is started by it', async () => {
  const fragile = openLauncher(HELPER);
  await vi.waitUntil(() => fragile.isReady(), { timeout: 20_000 });
  const { command, cwd, log } = createCommand(['echo $PPID; touch started; sleep 30; touch survived']);
  const running = executorWith(fragile).run(command);
  await appears(join(cwd, 'started'));
  process.kill(Number(log()), 'SIGKILL');
  expect(await running).toEqual({ kind: 'killed', signal: 'SIGKILL' });
  expect(fragile.isReady()).toBe(false);
  expect(existsSync(join(cwd, 'survived'))).toBe(false);
});
