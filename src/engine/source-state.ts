/** Whether sources are as they were added. Reads only. */
import type { Failure } from '../core/failure.ts';
import { sameContent } from '../core/lock-entry.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { listSourceLocks } from '../store/source-locks.ts';
import { contentOf } from './inputs.ts';
import type { Workspace } from './workspace.ts';

export interface SourceStatus {
  readonly path: string;
  readonly state: 'changed' | 'missing' | 'not-added';
}

/** Sorted by path. Failures: lock-conflict, path-refused, system. */
export async function changedSources(workspace: Workspace): Promise<Result<readonly SourceStatus[], Failure>> {
  const locks = listSourceLocks(workspace.layout);
  if (!locks.ok) return locks;
  const listed = workspace.pipeline.sources.map(({ path }) => path);
  const paths = [...new Set([...listed, ...locks.value.map(({ path }) => path)])].sort();
  const found: SourceStatus[] = [];
  for (const path of paths) {
    const now = await contentOf(workspace, path);
    if (!now.ok) return now;
    const lock = locks.value.find((other) => other.path === path);
    if (lock === undefined) found.push({ path, state: 'not-added' });
    else if (now.value === undefined) found.push({ path, state: 'missing' });
    else if (!sameContent(now.value, lock.content)) found.push({ path, state: 'changed' });
  }
  return ok(found);
}

/** For `--locked`. Failures: source-outdated. */
export async function findOutdatedSource(workspace: Workspace): Promise<Result<void, Failure>> {
  const changed = await changedSources(workspace);
  if (!changed.ok) return changed;
  const outdated = changed.value.find(({ state }) => state !== 'missing' || !workspace.terms.allowMissing);
  return outdated === undefined ? ok(undefined) : err({ code: 'source-outdated', ...outdated });
}
