/** What a stage printed: the logs that are kept, by run. Reads only. */
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { selectStages } from '../core/target.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { layoutOf } from '../store/layout.ts';
import { readTextIfThere } from '../store/read-if-there.ts';
import { listStageRuns, type StageRun } from '../store/run-history.ts';
import { loadPipeline } from './load.ts';

export interface LogOptions {
  /** Absolute. */
  readonly cwd: string;
  readonly stage: string;
  /** Counted back from the latest, which is 1. */
  readonly run?: number;
}

export interface StageLog {
  readonly run: StageRun;
  readonly text: string;
}

/** Failures: no-pipeline, pipeline-invalid, unknown-target, no-log. */
export async function readLog({ cwd, stage, run = 1 }: LogOptions): Promise<Result<StageLog, Failure>> {
  const loaded = await loadPipeline(cwd);
  if (!loaded.ok) return loaded;
  const selected = selectStages({ ...loaded.value, targets: [stage], single: true });
  if (!selected.ok) return selected;
  const name = selected.value[0] ?? stage;
  const layout = layoutOf(loaded.value.root);
  const found = listStageRuns(layout, name).at(-run);
  const text = found && readTextIfThere(join(layout.root, found.logFile));
  return found && text !== undefined ? ok({ run: found, text }) : err({ code: 'no-log', stage: name, run });
}
