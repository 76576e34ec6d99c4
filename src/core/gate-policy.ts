/**
 * The settings of the promotion gate: `gate:` in params.yaml.
 *
 * Pure. Unknown keys are refused: a misspelt floor would otherwise be no floor.
 */
import type { Result } from '../lib/result.ts';
import type { MetricName } from '../ml/metrics.ts';

export interface GatePolicy {
  readonly metrics: readonly MetricName[];
  /** In points of the metric (0.01 is one point); exactly this much is not enough. */
  readonly minImprovement: number;
  /** No metric may lose more than this. */
  readonly maxRegression: number;
  readonly mode: 'absolute';
  /** Must one metric improve, or every one? */
  readonly rule: 'any' | 'all';
  /** Floors of the candidate. */
  readonly min: Readonly<Partial<Record<MetricName, number>>>;
  /** Confidence at which the bootstrap interval of a gain must exclude 0; null: not asked for. */
  readonly requireCi: number | null;
  readonly approval: 'automatic' | 'manual';
}

export interface PolicyProblem {
  /** Dotted, below the policy's own key; empty for the policy as a whole. */
  readonly key: string;
  readonly message: string;
}

export declare function parseGatePolicy(value: unknown): Result<GatePolicy, PolicyProblem>;
