/**
 * A small process that starts commands for `pipe` and says how they ended. Starting one copies the page tables of whoever
 * starts it: a process that holds a large pipeline is several times slower at that, and can do nothing else meanwhile.
 *
 * Knows nothing of stages. When `pipe` is gone, it is gone too; commands go on, as they do without it.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { type LaunchNews, type LaunchOrder, textOf } from './launch-protocol.ts';

// Ctrl-C reaches the whole group of the terminal: what it means is for `pipe` to say.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('message', (text: unknown) => {
  const order: LaunchOrder = JSON.parse(textOf(text));
  start(order);
});
tell({ kind: 'ready' });

function start({ id, program, args, cwd, env, logFile }: LaunchOrder): void {
  try {
    const log = openSync(logFile, 'a');
    try {
      const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', log, log] });
      child.unref(); // only `pipe` keeps this process
      child.once('error', (error) => tell({ kind: 'not-started', id, problem: error.message }));
      if (child.pid === undefined) return;
      tell({ kind: 'started', id, pid: child.pid });
      child.once('exit', (code, signal) => tell({ kind: 'ended', id, code, signal }));
    } finally {
      closeSync(log);
    }
  } catch (error) {
    tell({ kind: 'not-started', id, problem: error instanceof Error ? error.message : String(error) });
  }
}

function tell(news: LaunchNews): void {
  if (process.connected) process.send?.(JSON.stringify(news));
}
