/** The lock entries: one file a stage under locks/, so parallel stages and branches do not meet. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { digestOf, type Digest } from '../lib/digest.ts';
import type { LockEntry } from '../core/lock-entry.ts';
import { lockName, parseLock, renderLock, stageOfLockName, type ParsedLock } from '../core/lock-file.ts';
import type { Layout } from './layout.ts';
import { publishFile } from './publish.ts';
import { listIfThere, readTextIfThere } from './read-if-there.ts';

/** `locks/train.json`, as people know it. */
export const lockPath = (stage: string): string => `locks/${lockName(stage)}.json`;

export function readLock(layout: Layout, stage: string): ParsedLock | undefined {
  const text = readTextIfThere(lockFile(layout, stage));
  return text === undefined ? undefined : parseLock(text);
}

/** Tells whether a lock entry has moved on; undefined when there is none. */
export function lockDigest(layout: Layout, stage: string): Digest | undefined {
  const text = readTextIfThere(lockFile(layout, stage));
  return text === undefined ? undefined : digestOf(text);
}

/** The last step of a commit: what it names is already safe. Text that is there already is left alone. */
export function writeLock(layout: Layout, stage: string, entry: LockEntry): void {
  const text = renderLock(entry);
  const file = lockFile(layout, stage);
  if (readTextIfThere(file) !== text) publishFile(file, text);
}

export function removeLock(layout: Layout, stage: string): void {
  rmSync(lockFile(layout, stage), { force: true });
}

/** Stages that have a lock file, sorted. */
export function lockedStages(layout: Layout): readonly string[] {
  return listIfThere(layout.locks)
    .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
    .flatMap((name) => stageOfLockName(name.slice(0, -'.json'.length)) ?? [])
    .sort(compareCodeUnits);
}

const lockFile = ({ locks }: Layout, stage: string): string => join(locks, `${lockName(stage)}.json`);
