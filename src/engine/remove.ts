/**
 * `remove`: a stage, a whole group or a source is no part of the pipeline any more. Its definition,
 * lock entry and line in .gitignore go. Files stay, unless the outs are asked for: they go the way of `clean`.
 */
import type { Failure } from '../core/failure.ts';
import { depBase, type Source } from '../core/pipeline.ts';
import { selectStages } from '../core/target.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { removeLock } from '../store/locks.ts';
import { layoutOf } from '../store/layout.ts';
import { removeSourceLock } from '../store/source-locks.ts';
import { clean } from './clean.ts';
import { definitionOf, editPipeline } from './edit-pipeline.ts';
import { type LoadedPipeline, loadPipeline } from './load.ts';
import { ignoreOuts } from './prepare.ts';
import { typedPath } from './typed-path.ts';
import type { WritingOptions } from './writing.ts';

export interface RemoveOptions extends WritingOptions {
  /** A stage, a group, or the path of a source. */
  readonly target: string;
  /** Take the outs out of the workspace too. */
  readonly outs?: boolean;
}

export interface RemoveReport {
  readonly kind: 'stages' | 'source';
  readonly removed: readonly string[];
  /** Stages that read what it made: from now on plain files, which nobody makes. */
  readonly readers: readonly string[];
  /** Where outs that the cache did not have are kept now. */
  readonly saved: readonly string[];
}

/** Failures: no-pipeline, pipeline-invalid, unknown-target, ambiguous-target, edit-refused, and those of `clean`. */
export async function remove(options: RemoveOptions): Promise<Result<RemoveReport, Failure>> {
  const loaded = await loadPipeline(options.cwd);
  if (!loaded.ok) return loaded;
  const { root, pipeline } = loaded.value;
  const path = typedPath({ root, cwd: options.cwd }, options.target);
  const source = pipeline.sources.find((other) => other.path === path);
  const report =
    source === undefined ? await removeStages(loaded.value, options) : await removeSource(loaded.value, source);
  const now = await loadPipeline(options.cwd);
  if (now.ok && report.ok) ignoreOuts(root, now.value.pipeline);
  return report;
}

async function removeStages(loaded: LoadedPipeline, options: RemoveOptions): Promise<Result<RemoveReport, Failure>> {
  const { root, graph, pipeline } = loaded;
  const selected = selectStages({ ...loaded, targets: [options.target], single: true });
  if (!selected.ok) return selected;
  const names = selected.value;
  const stages = pipeline.stages.filter(({ name }) => names.includes(name));
  const [first] = stages;
  if (first === undefined) throw new Error('a selection of a target is never empty');
  if (stages.some(({ place }) => place.line !== first.place.line || place.file !== first.place.file))
    return err({ code: 'ambiguous-target', target: options.target, stages: names });
  const defined = await definitionOf(loaded, first, names);
  if (!defined.ok) return defined;
  // While they still are stages: afterwards nobody knows what their outs are.
  const cleaned =
    options.outs === true ? await clean({ ...options, targets: names, persist: true }) : ok({ saved: [] });
  if (!cleaned.ok) return cleaned;
  const { file, key: path } = defined.value;
  const edited = await editPipeline(root, [{ file, edit: { kind: 'remove', path } }]);
  if (!edited.ok) return edited;
  for (const name of names) removeLock(layoutOf(root), name);
  const reads = new Set(names.flatMap((name) => graph.downstream(name)));
  const readers = graph.order.filter((name) => reads.has(name) && !names.includes(name));
  return ok({ kind: 'stages', removed: names, readers, saved: cleaned.value.saved });
}

async function removeSource(
  { root, pipeline }: LoadedPipeline,
  { path, place }: Source,
): Promise<Result<RemoveReport, Failure>> {
  const inFile = pipeline.sources.filter((source) => source.place.file === place.file);
  const index = inFile.findIndex((source) => source.path === path);
  const edit = { kind: 'remove', path: ['sources', index] } as const;
  const edited = await editPipeline(root, [{ file: place.file, edit }]);
  if (!edited.ok) return edited;
  removeSourceLock(layoutOf(root), path);
  return ok({ kind: 'source', removed: [path], readers: readersOf(pipeline, path), saved: [] });
}

/** Stages that name it, or something in or around it, among their deps. */
export function readersOf({ stages }: LoadedPipeline['pipeline'], path: string): readonly string[] {
  const isNear = (other: string) => other === path || other.startsWith(`${path}/`) || path.startsWith(`${other}/`);
  return stages.filter(({ deps }) => deps.some((dep) => isNear(depBase(dep) ?? ''))).map(({ name }) => name);
}
