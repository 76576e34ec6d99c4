/**
 * A folder for one command and nobody else, outside any repository: what it works in, a home and a
 * place for temporary files. Knows nothing of stages. It finds what was not declared; it is no sandbox.
 *
 * Each says whose it is, so that the folder of a process that was killed goes when the next is made.
 */
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf, lifeOf, type ProcessIdentity } from '../store/process-identity.ts';
import { readTextIfThere } from '../store/read-if-there.ts';

export interface PrivateFolder {
  /** Absolute: stands for the root. */
  readonly work: string;
  /** Where the command's output goes. */
  readonly logFile: string;
  /** HOME, TMPDIR and the like. */
  readonly env: Readonly<Record<string, string>>;
  readonly remove: () => void;
}

const PREFIX = 'pipe-isolated-';
const HOLDER = 'holder.json';

/** `above`: how many folders of its own the work folder has around it, for what is read by `../`. */
export function makePrivateFolder({ above = 0 }: { readonly above?: number } = {}): PrivateFolder {
  removeAbandonedFolders();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), PREFIX)));
  writeFileSync(join(folder, HOLDER), JSON.stringify(identityOf(process.pid)));
  const work = join(folder, ...Array.from({ length: above + 1 }, () => 'work'));
  const [home, temporary] = [join(folder, 'home'), join(folder, 'tmp')];
  for (const path of [work, home, temporary]) mkdirSync(path, { recursive: true });
  return {
    work,
    logFile: join(folder, 'log'),
    env: { HOME: home, TMPDIR: temporary, LANG: 'C.UTF-8', TZ: 'UTC' },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Of dead processes of this machine; what cannot be read or removed is somebody else's. */
export function removeAbandonedFolders(): void {
  const names = readdirSync(tmpdir()).filter((name) => name.startsWith(PREFIX));
  for (const name of names) {
    const folder = join(tmpdir(), name);
    try {
      const text = readTextIfThere(join(folder, HOLDER));
      if (text === undefined || text === '') continue; // just being made
      const holder: ProcessIdentity = JSON.parse(text);
      if (lifeOf(holder) === 'dead') rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    } catch {}
  }
}
