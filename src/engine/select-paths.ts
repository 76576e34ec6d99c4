/**
 * What somebody named, for verbs that work on files: stages with all or some of their outs, and sources.
 * A target is a stage, the path of an out or of something around outs, a source, or a glob of stages.
 */
import { posix } from 'node:path';
import { isWithin } from '../core/claim.ts';
import type { Failure } from '../core/failure.ts';
import { resolveFromRoot } from '../core/root-path.ts';
import type { SourceLock } from '../core/source-lock.ts';
import { namePrefix } from '../core/stage-name.ts';
import { selectStages } from '../core/target.ts';
import { ok, type Result } from '../lib/result.ts';
import { layoutOf } from '../store/layout.ts';
import { listSourceLocks } from '../store/source-locks.ts';
import type { LoadedPipeline } from './load.ts';

export interface SelectedPaths {
  /** In topological order. */
  readonly stages: readonly string[];
  /** Whether this path of a selected stage, or of a source, is meant. */
  readonly isMeant: (path: string) => boolean;
  readonly sources: readonly SourceLock[];
}

/** Failures: unknown-target, lock-conflict. */
export function selectPaths(loaded: LoadedPipeline, targets: readonly string[]): Result<SelectedPaths, Failure> {
  const { graph, root } = loaded;
  const locks = listSourceLocks(layoutOf(root));
  if (!locks.ok) return locks;
  if (targets.length === 0) return ok({ stages: graph.order, isMeant: () => true, sources: locks.value });
  const stages = new Set<string>();
  const sources = new Set<SourceLock>();
  const paths: string[] = [];
  for (const target of targets) {
    const named = namedPath(loaded, locks.value, target);
    if (named === undefined) {
      const selected = selectStages({ ...loaded, targets: [target], single: true });
      if (!selected.ok) return selected;
      for (const stage of selected.value) stages.add(stage);
      paths.push(...outsOf(loaded, selected.value));
    } else {
      for (const stage of graph.ownersOf(named)) stages.add(stage);
      for (const lock of locks.value) if (isNear(lock.path, named)) sources.add(lock);
      paths.push(named);
    }
  }
  return ok({
    stages: graph.order.filter((stage) => stages.has(stage)),
    isMeant: (path) => paths.some((other) => isNear(path, other)),
    sources: [...sources],
  });
}

/** Undefined: not the path of anything, so the name of stages. As `selectStages`, from the pipeline file at hand first. */
function namedPath(
  { graph, home, at }: LoadedPipeline,
  locks: readonly SourceLock[],
  target: string,
): string | undefined {
  if ([target, `${namePrefix(home)}${target}`].some((name) => graph.order.includes(name))) return undefined;
  const isKnown = (path: string) => graph.ownersOf(path).length > 0 || locks.some((lock) => isNear(lock.path, path));
  return [at, posix.dirname(home), '.']
    .map((folder) => resolveFromRoot(folder, target))
    .flatMap((path) => (path.ok ? [path.value] : []))
    .find(isKnown);
}

function outsOf({ pipeline }: LoadedPipeline, stages: readonly string[]): readonly string[] {
  return pipeline.stages
    .filter(({ name }) => stages.includes(name))
    .flatMap(({ outs }) => outs.map(({ path }) => path));
}

const isNear = (a: string, b: string): boolean => isWithin(a, b) || isWithin(b, a);
