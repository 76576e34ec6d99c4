/**
 * One evaluation as it is kept in `registry/evaluations/<id>.json`, and copied to gate.json.
 *
 * A record, never read back by the gate: both models are scored anew each time. Knows nothing of files.
 */
import type { Digest } from '../lib/digest.ts';
import type { Confusion, Metrics } from '../ml/metrics.ts';
import type { SplitId } from '../ml/model.ts';
import type { Decision } from './gate.ts';
import type { GateReason } from './gate-reason.ts';
import type { Intervals, Scores } from './gate-facts.ts';
import type { GatePolicy } from './gate-policy.ts';

export interface Evaluation {
  readonly schema: 1;
  /** UUIDv7: evaluations sort by name as they do by time. */
  readonly id: string;
  readonly model: string;
  /** The `pipe` run that this evaluation was part of; null when the stage was started by hand. */
  readonly run: string | null;
  readonly created: string;
  readonly decision: Decision;
  readonly reasons: readonly GateReason[];
  readonly warnings: readonly GateReason[];
  readonly policy: GatePolicy | null;
  readonly candidate: EvaluatedModel | null;
  readonly champion: EvaluatedModel | null;
  /** Candidate minus champion, for each metric of the policy. */
  readonly deltas: Scores;
  /** 95 % paired bootstrap interval of each delta. */
  readonly ci: Intervals;
  /** Rows of the holdout; null when it could not be read. */
  readonly n: number | null;
  readonly classes: { readonly negatives: number; readonly positives: number } | null;
  /** At each model's own threshold. */
  readonly confusion: PerModel<Confusion>;
  readonly thresholds: PerModel<number>;
  /** Of the holdout. */
  readonly split: SplitId | null;
  /** SHA-256 of what was compared. */
  readonly digests: { readonly x_test: Digest; readonly y_test: Digest } | null;
}

export interface EvaluatedModel {
  /** Number in the registry; null when it got none. */
  readonly version: number | null;
  readonly sha: Digest;
  /** null: it could not be scored. */
  readonly metrics: Metrics | null;
}

export interface PerModel<T> {
  readonly candidate: T | null;
  readonly champion: T | null;
}
