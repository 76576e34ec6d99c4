/** Whether a process that a test started is still there, asked of the system: it holds a FIFO open until it is gone. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

export interface Hold {
  /** Resolves when a process holds it. */
  readonly taken: () => Promise<unknown>;
  /** Resolves when nobody holds it any more; a zombie does not. */
  readonly released: Promise<unknown>;
}

/** For `sh` in the folder of the hold: takes it, and does not end by itself. */
export const holding = (name = 'hold'): string => `exec 3> ${name}; touch ${name}.taken; sleep 600`;

export function createHold(folder: string, name = 'hold'): Hold {
  const fifo = join(folder, name);
  execFileSync('mkfifo', [fifo]);
  const reader = spawn('cat', [fifo], { stdio: 'ignore' });
  onTestFinished(() => void reader.kill('SIGKILL'));
  return {
    taken: () => vi.waitUntil(() => existsSync(`${fifo}.taken`), { timeout: 20_000, interval: 5 }),
    released: once(reader, 'exit'),
  };
}
