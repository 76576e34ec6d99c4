/**
 * Runs one stage's command on this machine, to its end. Knows nothing of graphs, caches or lockfiles.
 *
 * The command gets a process group of its own, so that stopping a stage also stops what it started:
 * `sh -c` does not pass signals on to its children. It writes into its log file itself: the order of
 * stdout and stderr is kept, and nothing is lost or blocked when `pipe` is busy or killed.
 */
import { closeSync } from 'node:fs';
import { openLog } from './command-log.ts';
import type { Executor, Outcome, StageCommand, Started } from './executor.ts';
import type { Launcher } from './launcher.ts';
import { stopAll } from './process-group.ts';

/** So many commands are started by this process itself; a run of more is worth a helper (`executors/launcher`). */
const FEW_COMMANDS = 32;

/** For one run: it learns how many commands there are. */
export function createLocalExecutor(): Executor {
  let commands = 0;
  let launcher: Launcher | undefined;
  return {
    async run(command) {
      commands += 1;
      if (commands === FEW_COMMANDS) launcher = await launcherIfBuilt(command.env);
      return await runScripts(command, launcher?.isReady() === true ? launcher : undefined);
    },
    close: () => launcher?.close(),
  };
}

/** Whoever starts the commands, they mean the same. */
export const executorWith = (launcher: Launcher | undefined): Executor => ({
  run: (command) => runScripts(command, launcher),
});

export const localExecutor: Executor = executorWith(undefined);

async function launcherIfBuilt(env: StageCommand['env']): Promise<Launcher | undefined> {
  const { findLaunchProgram, openLauncher } = await import('./launcher.ts');
  const program = findLaunchProgram();
  return program === undefined ? undefined : openLauncher(program, env);
}

async function runScripts(command: StageCommand, launcher: Launcher | undefined): Promise<Outcome> {
  const deadline = command.timeoutMs === null ? undefined : AbortSignal.timeout(command.timeoutMs);
  let leftovers = false;
  for (const script of command.scripts) {
    const outcome = await runScript(script, { command, launcher, deadline });
    if (outcome.kind !== 'exited' || outcome.code !== 0) return outcome;
    leftovers ||= outcome.leftovers;
  }
  return { kind: 'exited', code: 0, leftovers };
}

interface Running {
  readonly command: StageCommand;
  readonly launcher: Launcher | undefined;
  readonly deadline: AbortSignal | undefined;
}

async function runScript(script: string, { command, launcher, deadline }: Running): Promise<Outcome> {
  const { signal, cookie, graceMs } = command;
  if (signal.aborted) return { kind: 'stopped' };
  if (deadline?.aborted) return { kind: 'timed-out' };
  const child = await (launcher === undefined ? startHere(script, command) : launcher.start(script, command));
  if ('kind' in child) return child;
  const stop = () => stopAll({ group: child.pid, cookie }, graceMs);
  const outcome = await stoppedOrEnded(child, { signals: deadline ? [signal, deadline] : [signal], stop });
  if (signal.aborted) return { kind: 'stopped' };
  if (deadline?.aborted) return { kind: 'timed-out' };
  if (outcome.kind !== 'exited') return outcome;
  // What is left of the group could still be writing outs that are about to be digested.
  const leftovers = outcome.leftovers && (await stop());
  return { ...outcome, leftovers };
}

async function startHere(script: string, command: StageCommand): Promise<Started | Outcome> {
  const { startCommand } = await import('./start-command.ts'); // not loaded where nothing runs
  const log = openLog(command.logFile);
  try {
    return startCommand(script, command, log);
  } finally {
    closeSync(log);
  }
}

interface Stopping {
  readonly signals: readonly AbortSignal[];
  readonly stop: () => Promise<boolean>;
}

/** Resolves when the command has ended by itself, or when it has been stopped whole. */
async function stoppedOrEnded(child: Started, { signals, stop }: Stopping): Promise<Outcome> {
  let stopping: Promise<boolean> | undefined;
  const onAbort = () => {
    stopping ??= stop();
  };
  for (const signal of signals) signal.addEventListener('abort', onAbort, { once: true });
  if (signals.some(({ aborted }) => aborted)) onAbort(); // while it was being started
  const outcome = await child.ended;
  for (const signal of signals) signal.removeEventListener('abort', onAbort);
  await stopping;
  return outcome;
}
