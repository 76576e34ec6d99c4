/**
 * Removes what a dead process was writing when it was killed, by the names that `store/publish` gives.
 *
 * Only looks where it is told to; what is half-written in the object store waits for `gc`, which goes by age.
 */
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf } from './process-identity.ts';
import { temporaryPrefix } from './publish.ts';
import { ifThere, listIfThere } from './read-if-there.ts';

export interface TemporaryPlaces {
  /** Absolute paths of folders to look into, whatever is in folders below. */
  readonly beside: readonly string[];
  /** Absolute paths of folders to look into at every depth. */
  readonly below: readonly string[];
}

/** A number that was given to another process meanwhile is left alone: these files may be its own. */
export function clearTemporaries(pid: number, { beside, below }: TemporaryPlaces): void {
  if (identityOf(pid) !== undefined) return;
  const prefix = temporaryPrefix(pid);
  for (const folder of new Set(beside)) clearIn(folder, listIfThere(folder), prefix);
  for (const folder of new Set(below)) clearBelow(folder, prefix);
}

/** In one folder, whoever made them. `before`: milliseconds of the epoch. */
export function clearOldTemporaries(folder: string, before: number): void {
  for (const name of listIfThere(folder)) {
    if (!name.startsWith(ANY_PREFIX)) continue;
    const changed = lstatSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs;
    if (changed !== undefined && changed < before) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

const ANY_PREFIX = '.tmp-';

function clearBelow(folder: string, prefix: string): void {
  const entries = ifThere(() => readdirSync(folder, { withFileTypes: true })) ?? [];
  clearIn(
    folder,
    entries.map(({ name }) => name),
    prefix,
  );
  for (const entry of entries) {
    if (entry.isDirectory() && !entry.name.startsWith(prefix)) clearBelow(join(folder, entry.name), prefix);
  }
}

function clearIn(folder: string, names: readonly string[], prefix: string): void {
  for (const name of names) {
    if (name.startsWith(prefix)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
