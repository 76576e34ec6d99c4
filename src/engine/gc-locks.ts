/** `gc --locks`: lock files of stages and sources that are no longer in the pipeline. */
import type { Failure } from '../core/failure.ts';
import { ok, type Result } from '../lib/result.ts';
import { layoutOf } from '../store/layout.ts';
import { lockedStages, lockPath, removeLock } from '../store/locks.ts';
import { listSourceLocks, removeSourceLock, sourceLockPath } from '../store/source-locks.ts';
import { loadPipeline } from './load.ts';

export interface GcLocksOptions {
  /** Absolute. */
  readonly cwd: string;
  readonly dry?: boolean;
}

/** Root-relative paths of the lock files that went. Failures: no-pipeline, pipeline-invalid, lock-conflict. */
export async function gcLocks({ cwd, dry = false }: GcLocksOptions): Promise<Result<readonly string[], Failure>> {
  const loaded = await loadPipeline(cwd);
  if (!loaded.ok) return loaded;
  const { pipeline, root } = loaded.value;
  const layout = layoutOf(root);
  const sources = listSourceLocks(layout);
  if (!sources.ok) return sources;
  const names = new Set(pipeline.stages.map(({ name }) => name));
  const listed = new Set(pipeline.sources.map(({ path }) => path));
  const stages = lockedStages(layout).filter((name) => !names.has(name));
  const paths = sources.value.map(({ path }) => path).filter((path) => !listed.has(path));
  if (!dry) {
    for (const name of stages) removeLock(layout, name);
    for (const path of paths) removeSourceLock(layout, path);
  }
  return ok([...stages.map(lockPath), ...paths.map(sourceLockPath)]);
}
