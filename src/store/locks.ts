/** The lock entries: one file a stage under locks/, so parallel stages and branches do not meet. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { digestOf, type Digest } from '../lib/digest.ts';
import type { LockEntry } from '../core/lock-entry.ts';
import { parseLock, renderLock, type ParsedLock } from '../core/lock-file.ts';
import { stageLockName, stageOfLockName } from '../core/lock-name.ts';
import type { Layout } from './layout.ts';
import { publishFile } from './publish.ts';
import type { SyncGroup } from './sync-group.ts';
import { ifThere, readTextIfThere } from './read-if-there.ts';

/** `locks/train.json`, as people know it; `locks/models/a/train.json` of a pipeline below the root. */
export const lockPath = (stage: string): string => `locks/${stageLockName(stage)}.json`;

export function readLock(layout: Layout, stage: string): ParsedLock | undefined {
  const text = readTextIfThere(lockFile(layout, stage));
  return text === undefined ? undefined : parseLock(text);
}

/** Whether there is a file; what is in it may be worth nothing. */
export const hasLock = (layout: Layout, stage: string): boolean => existsSync(lockFile(layout, stage));

/** Tells whether a lock entry has moved on; undefined when there is none. */
export function lockDigest(layout: Layout, stage: string): Digest | undefined {
  const text = readTextIfThere(lockFile(layout, stage));
  return text === undefined ? undefined : digestOf(text);
}

/** The last step of a commit: what it names is there already. Text that is there already is left alone. `syncs` as for a run record. */
export function writeLock(layout: Layout, stage: string, entry: LockEntry, syncs?: SyncGroup): void {
  const text = renderLock(entry);
  const file = lockFile(layout, stage);
  if (readTextIfThere(file) === text) return;
  publishFile(file, text, { durable: syncs === undefined });
  syncs?.addLock(file);
}

export function removeLock(layout: Layout, stage: string): void {
  rmSync(lockFile(layout, stage), { force: true });
}

/** Stages that have a lock file, sorted. */
export function lockedStages({ locks }: Layout): readonly string[] {
  return filesBelow(locks)
    .filter((name) => name.endsWith('.json') && !name.startsWith('sources/'))
    .flatMap((name) => stageOfLockName(name.slice(0, -'.json'.length)) ?? [])
    .sort(compareCodeUnits);
}

/** Without those that somebody was writing when they were killed. */
function filesBelow(folder: string): readonly string[] {
  return (ifThere(() => readdirSync(folder, { withFileTypes: true })) ?? []).flatMap((entry) => {
    if (entry.isDirectory()) return filesBelow(join(folder, entry.name)).map((name) => `${entry.name}/${name}`);
    return entry.name.startsWith('.') ? [] : [entry.name];
  });
}

const lockFile = ({ locks }: Layout, stage: string): string => `${locks}/${stageLockName(stage)}.json`;
