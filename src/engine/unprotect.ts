/**
 * `unprotect`: links into the cache become files of their own, so that they can be edited. Only where
 * `cache.link` asks for links is there anything to do.
 */
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { unlinkFiles } from '../store/objects-relink.ts';
import { systemFailure } from '../store/system-failure.ts';
import { loadPipeline } from './load.ts';
import { selectPaths } from './select-paths.ts';

export interface UnprotectOptions {
  /** Absolute. */
  readonly cwd: string;
  /** Stages, paths of outs or sources; none: all. */
  readonly targets?: readonly string[];
}

export interface UnprotectReport {
  /** Files that are their own now, by the out or source they belong to. */
  readonly unprotected: Readonly<Record<string, number>>;
}

/** Failures: no-pipeline, pipeline-invalid, unknown-target, system. */
export async function unprotect({ cwd, targets = [] }: UnprotectOptions): Promise<Result<UnprotectReport, Failure>> {
  const loaded = await loadPipeline(cwd);
  if (!loaded.ok) return loaded;
  const { root, cache, pipeline } = loaded.value;
  const selected = selectPaths(loaded.value, targets);
  if (!selected.ok) return selected;
  const { stages, sources, isMeant } = selected.value;
  const outs = pipeline.stages.filter(({ name }) => stages.includes(name)).flatMap((stage) => stage.outs);
  const paths = [...outs.map(({ path }) => path).filter(isMeant), ...sources.map(({ path }) => path)];
  const unprotected = new Map<string, number>();
  for (const path of paths) {
    try {
      const count = unlinkFiles(join(root, path), cache.dir);
      if (count > 0) unprotected.set(path, count);
    } catch (error) {
      return err(systemFailure(error, { operation: 'copy', path }));
    }
  }
  return ok({ unprotected: Object.fromEntries(unprotected) });
}
