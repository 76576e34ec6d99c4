/**
 * Runs one stage's command on this machine, to its end. Knows nothing of graphs, caches or lockfiles.
 *
 * The command gets a process group of its own, so that stopping a stage also stops what it started:
 * `sh -c` does not pass signals on to its children. It writes into its log file itself: the order of
 * stdout and stderr is kept, and nothing is lost or blocked when `pipe` is busy or killed.
 */
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { endOf } from './command-end.ts';
import type { Executor, Outcome, StageCommand } from './executor.ts';
import { isGroupLeft, stopAll } from './process-group.ts';

export const localExecutor: Executor = { run: runScripts };

async function runScripts(command: StageCommand): Promise<Outcome> {
  const folder = dirname(command.logFile);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  const log = openSync(command.logFile, 'a', 0o644);
  const deadline = command.timeoutMs === null ? undefined : AbortSignal.timeout(command.timeoutMs);
  try {
    let leftovers = false;
    for (const script of command.scripts) {
      const outcome = await runScript(script, { command, log, deadline });
      if (outcome.kind !== 'exited' || outcome.code !== 0) return outcome;
      leftovers ||= outcome.leftovers;
    }
    return { kind: 'exited', code: 0, leftovers };
  } finally {
    closeSync(log);
  }
}

interface Running {
  readonly command: StageCommand;
  /** Descriptor of the log file. */
  readonly log: number;
  readonly deadline: AbortSignal | undefined;
}

async function runScript(script: string, { command, log, deadline }: Running): Promise<Outcome> {
  const { signal, cookie, graceMs } = command;
  if (signal.aborted) return { kind: 'stopped' };
  if (deadline?.aborted) return { kind: 'timed-out' };
  const { startCommand } = await import('./start-command.ts');
  const child = startCommand(script, command, log);
  if ('kind' in child) return child;
  const stop = () => stopAll({ group: child.pid, cookie }, graceMs);
  const outcome = await stoppedOrEnded(child, { signals: deadline ? [signal, deadline] : [signal], stop });
  if (signal.aborted) return { kind: 'stopped' };
  if (deadline?.aborted) return { kind: 'timed-out' };
  if (outcome.kind !== 'exited') return outcome;
  // What is left of the group could still be writing outs that are about to be digested.
  const leftovers = child.pid !== undefined && isGroupLeft(child.pid) && (await stop());
  return { ...outcome, leftovers };
}

interface Stopping {
  readonly signals: readonly AbortSignal[];
  readonly stop: () => Promise<boolean>;
}

/** Resolves when the command has ended by itself, or when it has been stopped whole. */
async function stoppedOrEnded(child: ChildProcess, { signals, stop }: Stopping): Promise<Outcome> {
  let stopping: Promise<boolean> | undefined;
  const onAbort = () => {
    stopping ??= stop();
  };
  for (const signal of signals) signal.addEventListener('abort', onAbort, { once: true });
  if (signals.some(({ aborted }) => aborted)) onAbort(); // while it was being started
  const outcome = await endOf(child);
  for (const signal of signals) signal.removeEventListener('abort', onAbort);
  await stopping;
  return outcome;
}
