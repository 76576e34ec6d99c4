/** `freeze` and `unfreeze`: sets `frozen` in pipeline.yaml, or takes it out; every other byte stays. */
import type { Failure } from '../core/failure.ts';
import { selectStages } from '../core/target.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { readLock } from '../store/locks.ts';
import { layoutOf } from '../store/layout.ts';
import { definitionOf, editPipeline, type FileEdit } from './edit-pipeline.ts';
import { loadPipeline } from './load.ts';

export interface FreezeOptions {
  /** Absolute. */
  readonly cwd: string;
  /** Stages, or paths of outs. */
  readonly targets: readonly string[];
  readonly frozen: boolean;
}

export interface FreezeReport {
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
}

/** Failures: no-pipeline, pipeline-invalid, unknown-target, frozen-without-lock, edit-refused. */
export async function setFrozen({ cwd, targets, frozen }: FreezeOptions): Promise<Result<FreezeReport, Failure>> {
  const loaded = await loadPipeline(cwd);
  if (!loaded.ok) return loaded;
  const selected = selectStages({ ...loaded.value, targets, single: true });
  if (!selected.ok) return selected;
  const { root, pipeline } = loaded.value;
  const meant = pipeline.stages.filter(({ name }) => selected.value.includes(name));
  const layout = layoutOf(root);
  const withoutLock = meant.find((stage) => frozen && readLock(layout, stage.name) === undefined);
  if (withoutLock) return err({ code: 'frozen-without-lock', stage: withoutLock.name, place: withoutLock.place });
  const edits = new Map<string, FileEdit>();
  for (const stage of meant.filter((other) => other.frozen !== frozen)) {
    const defined = await definitionOf(loaded.value, stage, selected.value);
    if (!defined.ok) return defined;
    const { file } = defined.value;
    const path = [...defined.value.body, 'frozen'];
    const edit = frozen
      ? ({ kind: 'set', path, value: true, written: 'true' } as const)
      : ({ kind: 'remove', path } as const);
    edits.set(JSON.stringify([file, path]), { file, edit });
  }
  const edited = await editPipeline(root, [...edits.values()]);
  if (!edited.ok) return edited;
  const names = (isChanged: boolean) =>
    meant.filter((stage) => (stage.frozen !== frozen) === isChanged).map(({ name }) => name);
  return ok({ changed: names(true), unchanged: names(false) });
}
