/**
 * What the user typed after `repro` or `status`, turned into stages.
 *
 * A target is a stage's name, the path of an out, or a glob of stage names.
 */
import type { Result } from '../lib/result.ts';
import type { Failure } from './failure.ts';
import type { Graph } from './graph.ts';
import type { Pipeline } from './pipeline.ts';

export interface Selection {
  readonly graph: Graph;
  readonly pipeline: Pipeline;
  /** None: all stages. */
  readonly targets: readonly string[];
  /** The targets alone, without what they need. */
  readonly single?: boolean;
  /** The targets and what needs them, instead of what they need. */
  readonly downstream?: boolean;
}

/** In topological order. */
export function selectStages(_selection: Selection): Result<readonly string[], Failure> {
  throw new Error('being written');
}
