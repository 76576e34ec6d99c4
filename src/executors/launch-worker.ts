/**
 * A small process that starts commands for `pipe` and says how they ended. Starting one copies the page tables of whoever
 * starts it: a process that holds a large pipeline is several times slower at that, and can do nothing else meanwhile.
 *
 * Knows nothing of stages. When `pipe` is gone, it is gone too; commands go on, as they do without it.
 */
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { openLog } from './command-log.ts';
import { type EnvironmentChange, type LaunchNews, type LaunchOrder, textOf } from './launch-protocol.ts';
import { isGroupLeft } from './process-group.ts';
import { problemIn } from '../store/system-failure.ts';

/** Whoever wants to stop a command before this is over waits for so long to know its group. */
const SOON_MS = 5;

/** A copy: each look at the process's own asks the system. */
const ownEnvironment: Readonly<Record<string, string | undefined>> = { ...process.env };

// Ctrl-C reaches the whole group of the terminal: what it means is for `pipe` to say.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('message', (text: unknown) => {
  const order: LaunchOrder = JSON.parse(textOf(text));
  start(order);
});
tell({ kind: 'ready' });

function start({ id, program, args, cwd, env, logFile }: LaunchOrder): void {
  try {
    const log = openLog(logFile);
    try {
      const child = spawn(program, args, { cwd, env: changed(env), detached: true, stdio: ['ignore', log, log] });
      child.unref(); // only `pipe` keeps this process
      child.once('error', (error) => tell({ kind: 'not-started', id, problem: problemIn(error) }));
      const { pid } = child;
      if (pid === undefined) return;
      const tellStarted = setTimeout(tell, SOON_MS, { kind: 'started', id, pid }).unref();
      child.once('exit', (code, signal) => {
        clearTimeout(tellStarted);
        tell({ kind: 'ended', id, pid, code, signal, leftovers: isGroupLeft(pid) });
      });
    } finally {
      closeSync(log);
    }
  } catch (error) {
    tell({ kind: 'not-started', id, problem: error instanceof Error ? problemIn(error) : String(error) });
  }
}

function changed(change: EnvironmentChange): Readonly<Record<string, string | undefined>> {
  const env = { ...ownEnvironment };
  for (const [name, value] of Object.entries(change)) env[name] = value ?? undefined;
  return env;
}

function tell(news: LaunchNews): void {
  if (process.connected) process.send?.(JSON.stringify(news));
}
