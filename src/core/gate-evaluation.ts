/**
 * One evaluation as it is kept in `registry/evaluations/<id>.json`, and copied to gate.json.
 *
 * A record, never read back by the gate: both models are scored anew each time. Knows nothing of files.
 */
import type { Digest } from '../lib/digest.ts';
import type { Interval } from '../ml/bootstrap.ts';
import type { Confusion } from '../ml/metrics.ts';
import type { SplitId } from '../ml/model.ts';
import type { Decision, GateReason } from './gate.ts';
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
  /** Candidate minus champion, by metric. */
  readonly deltas: Readonly<Record<string, number>>;
  /** 95 % paired bootstrap interval of each delta. */
  readonly ci: Readonly<Record<string, Interval>>;
  readonly n: number | null;
  /** Rows of the holdout by class. */
  readonly classes: Readonly<Record<string, number>>;
  readonly split: SplitId | null;
  /** SHA-256 of what was compared, by role. */
  readonly digests: Readonly<Record<string, Digest>>;
}

export interface EvaluatedModel {
  /** Number in the registry; null when it got none. */
  readonly version: number | null;
  readonly sha: Digest;
  readonly threshold: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly confusion: Confusion;
}
