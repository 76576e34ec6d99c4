/**
 * Runs one stage's command in the terminal of `pipe`, to its end: it reads the keyboard and writes
 * to the screen, as a debugger must. Knows nothing of graphs, caches or lockfiles.
 *
 * The command stays in our process group, or the terminal would refuse it the keyboard; so Ctrl-C
 * reaches it directly, and it is stopped by its cookie. No timeout: somebody is thinking.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { endOf } from './command-end.ts';
import type { Executor, Outcome, StageCommand } from './executor.ts';
import { COOKIE, stopAll } from './process-group.ts';

export const terminalExecutor: Executor = { run: runScripts };

async function runScripts(command: StageCommand): Promise<Outcome> {
  mkdirSync(dirname(command.logFile), { recursive: true });
  writeFileSync(command.logFile, 'This run had the terminal: what it printed was not kept.\n', { mode: 0o644 });
  for (const script of command.scripts) {
    const outcome = await runScript(script, command);
    if (outcome.kind !== 'exited' || outcome.code !== 0) return outcome;
  }
  // What escaped into the background still carries the cookie, and could be writing outs.
  const leftovers = await stopAll({ group: undefined, cookie: command.cookie }, command.graceMs);
  return { kind: 'exited', code: 0, leftovers };
}

async function runScript(script: string, { shell, cwd, env, cookie, signal, graceMs }: StageCommand): Promise<Outcome> {
  if (signal.aborted) return { kind: 'stopped' };
  const [program = '/bin/sh', ...shellArguments] = shell;
  const child = spawn(program, [...shellArguments, patient(program, script)], {
    cwd,
    env: { ...env, [COOKIE]: cookie },
    stdio: 'inherit',
  });
  let stopping: Promise<boolean> | undefined;
  const stop = () => {
    stopping = stopAll({ group: undefined, cookie }, graceMs);
  };
  signal.addEventListener('abort', stop, { once: true });
  const outcome = await endOf(child);
  signal.removeEventListener('abort', stop);
  await stopping;
  return stopping === undefined ? outcome : { kind: 'stopped' };
}

/**
 * Ctrl-C reaches the shell as well. Most shells die of it once their command has ended, however well
 * that dealt with it; one that has a trap goes on, and what it starts still has the signal's default.
 */
const patient = (shell: string, script: string): string =>
  /(^|\/)(ba|da|z|k)?sh$/.test(shell) ? `trap : INT\n${script}` : script;
