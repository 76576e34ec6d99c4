/** `runs`: what ran here, when, how long, why and how it ended. Reads only. */
import type { Failure } from '../core/failure.ts';
import { decodeReason, type Reason } from '../core/reason.ts';
import { ok, type Result } from '../lib/result.ts';
import { layoutOf } from '../store/layout.ts';
import { listAllRuns, type StageRun } from '../store/run-history.ts';
import { loadPipeline } from './load.ts';
import { oneStage } from './one-stage.ts';

export interface RunsOptions {
  /** Absolute. */
  readonly cwd: string;
  /** Only those of one stage. */
  readonly stage?: string;
}

export interface PastRun extends Omit<StageRun, 'reasons'> {
  /** Counted back from the stage's latest, which is 1: what `logs --run` takes. */
  readonly nth: number;
  readonly reasons: readonly Reason[];
}

/** Oldest first. */
export async function listRuns({ cwd, stage }: RunsOptions): Promise<Result<readonly PastRun[], Failure>> {
  const loaded = await loadPipeline(cwd);
  if (!loaded.ok) return loaded;
  const name = stage === undefined ? ok(undefined) : oneStage(loaded.value, stage);
  if (!name.ok) return name;
  const runs = listAllRuns(layoutOf(loaded.value.root));
  return ok(numbered(name.value === undefined ? runs : runs.filter((run) => run.stage === name.value)));
}

function numbered(runs: readonly StageRun[]): readonly PastRun[] {
  const counts = new Map<string, number>();
  const numberedBack = runs.toReversed().map((run): PastRun => {
    const nth = (counts.get(run.stage) ?? 0) + 1;
    counts.set(run.stage, nth);
    return { ...run, nth, reasons: run.reasons.flatMap((reason) => decodeReason(reason) ?? []) };
  });
  return numberedBack.toReversed();
}
