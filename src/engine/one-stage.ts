/** From what somebody typed to the one stage that is meant. */
import type { Failure } from '../core/failure.ts';
import { selectStages } from '../core/target.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { LoadedPipeline } from './load.ts';

/** Failures: unknown-target, ambiguous-target. */
export function oneStage(loaded: LoadedPipeline, target: string): Result<string, Failure> {
  const selected = selectStages({ ...loaded, targets: [target], single: true });
  if (!selected.ok) return selected;
  const [stage, ...others] = selected.value;
  if (stage === undefined) throw new Error('a selection of a target is never empty');
  return others.length === 0 ? ok(stage) : err({ code: 'ambiguous-target', target, stages: selected.value });
}
