/**
 * The right of one process to be the daemon of a data directory. Held as a lock of SQLite's, which
 * the kernel takes back at once when the process dies, however it dies.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';

export interface Exclusive {
  release(): void;
}

/** undefined: another process holds it. */
export function acquireExclusive(file: string): Exclusive | undefined {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('begin exclusive');
  } catch {
    lock.close();
    return undefined;
  }
  return { release: () => lock.close() };
}
