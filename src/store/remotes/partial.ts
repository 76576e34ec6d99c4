/**
 * Large objects on their way into the cache: what has arrived of one is kept under `.pipe/cache/partial/`, and
 * whoever asks next goes on from there.
 *
 * Invariant: one file has one writer. It carries its writer's pid and start time, so what a dead process left
 * is told from what a living one is writing.
 */
import { randomBytes } from 'node:crypto';
import { renameSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Digest } from '../../lib/digest.ts';
import { digestOf } from '../../lib/digest.ts';
import { makeCacheFolder } from '../cache-folder.ts';
import { identityOf, lifeOf, type ProcessIdentity } from '../process-identity.ts';
import { ifThere, listIfThere } from '../read-if-there.ts';

export interface PartialFolder {
  /** Absolute. */
  readonly folder: string;
  readonly isShared: boolean;
}

/** Another machine's or container's: nothing can be known of its writer but how long it has been still. */
const STILL_MS = 10 * 60_000;

/** The file to be written, with what an earlier process left in it, if anything. */
export function takePartial({ folder, isShared }: PartialFolder, digest: Digest): string {
  makeCacheFolder(folder, isShared);
  const own = identityOf(process.pid);
  if (own === undefined) throw new Error('this process does not find itself');
  const mine = join(folder, `${digest}.${machineOf(own)}.${own.pid}.${own.start}.${randomBytes(4).toString('hex')}`);
  for (const name of listIfThere(folder)) {
    if (!name.startsWith(`${digest}.`) || !isLeft(join(folder, name), name, own)) continue;
    // Whoever renames it first has it.
    if (ifThere(() => (renameSync(join(folder, name), mine), true)) === true) break;
  }
  return mine;
}

/** What was begun is anybody's again: this process may live on for days. */
export function releasePartial({ folder }: PartialFolder, file: string): void {
  const own = identityOf(process.pid);
  const [digest = ''] = basename(file).split('.');
  // No process has the pid 0.
  const free = `${digest}.${own === undefined ? '' : machineOf(own)}.0.0.${randomBytes(4).toString('hex')}`;
  ifThere(() => renameSync(file, join(folder, free)));
}

function isLeft(file: string, name: string, own: ProcessIdentity): boolean {
  const [, machine, pid, start = ''] = name.split('.');
  if (machine === machineOf(own)) return lifeOf({ ...own, pid: Number(pid), start }) === 'dead';
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs > STILL_MS;
}

/** Processes that can see each other. */
const machineOf = ({ boot, pidNamespace }: ProcessIdentity): string => digestOf(`${boot} ${pidNamespace}`).slice(0, 12);
