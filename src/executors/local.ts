/**
 * Runs one stage's command on this machine, to its end. Knows nothing of graphs, caches or lockfiles.
 *
 * The command gets a process group of its own, so that stopping a stage also stops what it started:
 * `sh -c` does not pass signals on to its children. It writes into its log file itself: the order of
 * stdout and stderr is kept, and nothing is lost or blocked when `pipe` is busy or killed.
 */
import { closeSync, createWriteStream, mkdirSync, openSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import type { Executor, Outcome, StageCommand } from './executor.ts';
import { COOKIE, isGroupLeft, stopAll } from './process-group.ts';

export const localExecutor: Executor = { run: runScripts };

async function runScripts(command: StageCommand): Promise<Outcome> {
  mkdirSync(dirname(command.logFile), { recursive: true });
  const descriptor = openSync(command.logFile, 'a', 0o644);
  // Only carries the descriptor to the child; nothing is ever written through it.
  const log = createWriteStream(command.logFile, { fd: descriptor, autoClose: false });
  const deadline = command.timeoutMs === null ? undefined : AbortSignal.timeout(command.timeoutMs);
  try {
    let leftovers = false;
    for (const script of command.scripts) {
      const outcome = await runScript(script, command, log, deadline);
      if (outcome.kind !== 'exited' || outcome.code !== 0) return outcome;
      leftovers ||= outcome.leftovers;
    }
    return { kind: 'exited', code: 0, leftovers };
  } finally {
    closeSync(descriptor);
  }
}

async function runScript(
  script: string,
  command: StageCommand,
  log: WriteStream,
  deadline: AbortSignal | undefined,
): Promise<Outcome> {
  const { signal, cookie, graceMs } = command;
  if (signal.aborted) return { kind: 'stopped' };
  const { execa } = await import('execa');
  const [shell = '/bin/sh', ...shellArguments] = command.shell;
  const child = execa(shell, [...shellArguments, script], {
    cwd: command.cwd,
    env: { ...command.env, [COOKIE]: cookie },
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    stdin: 'ignore',
    stdout: log,
    stderr: log,
  });
  const stopping = new AbortController();
  const stopped = stopOnAbort([signal, ...(deadline ? [deadline] : [])], stopping.signal, () =>
    stopAll({ group: child.pid, cookie }, graceMs),
  );
  const result = await child;
  stopping.abort();
  await stopped;
  if (signal.aborted) return { kind: 'stopped' };
  if (deadline?.aborted) return { kind: 'timed-out' };
  if (result.signal !== undefined) return { kind: 'killed', signal: result.signal };
  if (result.exitCode === undefined) return { kind: 'not-started', problem: result.originalMessage ?? 'unknown error' };
  // What is left of the group could still be writing outs that are about to be digested.
  const leftovers =
    child.pid !== undefined && isGroupLeft(child.pid) && (await stopAll({ group: child.pid, cookie }, graceMs));
  return { kind: 'exited', code: result.exitCode, leftovers };
}

/** Resolves when the command has ended by itself, or when it has been stopped whole. */
function stopOnAbort(signals: readonly AbortSignal[], ended: AbortSignal, stop: () => Promise<boolean>): Promise<void> {
  return new Promise((resolve) => {
    const any = AbortSignal.any([...signals]);
    const onStop = () => void stop().then(() => resolve());
    if (any.aborted) return onStop();
    any.addEventListener('abort', onStop, { once: true });
    ended.addEventListener('abort', () => {
      any.removeEventListener('abort', onStop);
      if (!any.aborted) resolve();
    });
  });
}
