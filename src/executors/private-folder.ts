/**
 * A folder for one command and nobody else, outside any repository: what it works in, a home and a
 * place for temporary files. Knows nothing of stages. It finds what was not declared; it is no sandbox.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PrivateFolder {
  /** Absolute: stands for the root. */
  readonly work: string;
  /** Where the command's output goes. */
  readonly logFile: string;
  /** HOME, TMPDIR and the like. */
  readonly env: Readonly<Record<string, string>>;
  readonly remove: () => void;
}

export function makePrivateFolder(): PrivateFolder {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pipe-isolated-')));
  const [work, home, temporary] = ['work', 'home', 'tmp'].map((name) => join(folder, name));
  if (work === undefined || home === undefined || temporary === undefined) throw new Error('three names make three');
  for (const path of [work, home, temporary]) mkdirSync(path);
  return {
    work,
    logFile: join(folder, 'log'),
    env: { HOME: home, TMPDIR: temporary, LANG: 'C.UTF-8', TZ: 'UTC' },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
