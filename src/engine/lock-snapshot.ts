/** All lock entries of one moment: as they stand in the workspace, or in a commit. */
import { isWithin } from '../core/claim.ts';
import type { LockEntry, LockedOut } from '../core/lock-entry.ts';
import { parseLock, readLockJson } from '../core/lock-file.ts';
import { stageOfLockName } from '../core/lock-name.ts';
import type { VersionCard } from '../core/registry-card.ts';
import { parseSourceLock, type SourceLock } from '../core/source-lock.ts';
import type { Commit } from '../store/git-history.ts';
import type { GitTree } from '../store/git-tree.ts';
import type { Layout } from '../store/layout.ts';
import { lockedStages, lockPath, readLock } from '../store/locks.ts';
import { listSourceLocks } from '../store/source-locks.ts';

export interface LockSnapshot {
  /** null: the workspace, or kept with a model version. */
  readonly commit: Commit | null;
  readonly isWorkspace: boolean;
  readonly stages: readonly LockedStage[];
  readonly sources: readonly SourceLock[];
}

export interface LockedStage {
  readonly stage: string;
  readonly file: string;
  readonly entry: LockEntry;
}

export function snapshotOfWorkspace(layout: Layout): LockSnapshot {
  const sources = listSourceLocks(layout);
  const stages = lockedStages(layout).flatMap((stage): readonly LockedStage[] => {
    const lock = readLock(layout, stage);
    return lock?.kind === 'entry' ? [{ stage, file: lockPath(stage), entry: lock.entry }] : [];
  });
  return { commit: null, isWorkspace: true, stages, sources: sources.ok ? sources.value : [] };
}

export async function snapshotOfCommit(tree: GitTree): Promise<LockSnapshot> {
  const files = await tree.filesBelow('locks');
  const texts = await Promise.all(files.map(async (file) => (await tree.read(file))?.toString('utf8') ?? ''));
  const stages: LockedStage[] = [];
  const sources: SourceLock[] = [];
  for (const [index, file] of files.entries()) {
    const text = texts[index] ?? '';
    const source = file.startsWith('locks/sources/') ? parseSourceLock(text) : undefined;
    if (source?.kind === 'entry') sources.push(source.lock);
    const lock = source === undefined ? parseLock(text) : undefined;
    const stage = stageOfLockName(file.replace(/^locks\//, '').replace(/\.json$/, ''));
    if (lock?.kind === 'entry' && stage !== undefined) stages.push({ stage, file, entry: lock.entry });
  }
  return { commit: tree.commit, isWorkspace: false, stages, sources };
}

/** As they were when a model version was registered; sources are recognised by their digests, whichever time they are of. */
export function snapshotOfCard({ locks }: VersionCard, { sources }: Pick<LockSnapshot, 'sources'>): LockSnapshot {
  const stages = Object.entries(locks).flatMap(([stage, json]): readonly LockedStage[] => {
    const entry = readLockJson(json);
    return entry === undefined ? [] : [{ stage, file: lockPath(stage), entry }];
  });
  return { commit: null, isWorkspace: false, stages, sources };
}

export interface FoundOut extends LockedStage {
  readonly out: LockedOut;
}

/** Who made the path, or the folder it lies in. */
export function makerOf({ stages }: LockSnapshot, path: string): FoundOut | undefined {
  for (const stage of stages) {
    const out = stage.entry.outs.find((other) => isWithin(path, other.path));
    if (out !== undefined) return { ...stage, out };
  }
  return undefined;
}
