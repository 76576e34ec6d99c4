/**
 * The settings of the promotion gate: `gate:` in params.yaml, from plain values to a `GatePolicy`.
 *
 * Pure. Unknown keys are refused: a misspelt floor would otherwise be no floor at all.
 */
import { z } from 'zod';
import { err, ok, type Result } from '../lib/result.ts';
import type { MetricName } from '../ml/metrics.ts';

/** A metric of which more is better; the gate compares no others. */
export type GateMetric = Exclude<MetricName, 'brier' | 'log_loss'>;

/** The keys are those of params.yaml, so that neither the file nor a record of it needs a second description. */
export interface GatePolicy {
  readonly metrics: readonly GateMetric[];
  /** As a share (0.01 is one point); exactly this much is not enough. */
  readonly min_improvement: number;
  /** No metric may lose more than this. */
  readonly max_regression: number;
  readonly mode: 'absolute';
  /** Must one metric improve, or every one? */
  readonly rule: 'any' | 'all';
  /** Floors of the candidate, whatever the champion scores. */
  readonly min: Readonly<Partial<Record<GateMetric, number>>>;
  /** Confidence at which the bootstrap interval of a gain must exclude 0; null: not asked for. */
  readonly require_ci: number | null;
  readonly approval: 'automatic' | 'manual';
}

export interface PolicyProblem {
  /** Dotted, below the policy's own key; empty for the policy as a whole. */
  readonly key: string;
  readonly message: string;
}

/** What is left out has its default. */
export function parseGatePolicy(value: unknown): Result<GatePolicy, PolicyProblem> {
  const parsed = policySchema.safeParse(value ?? {});
  if (parsed.success) return ok({ ...parsed.data, min: parsed.data.min ?? {} });
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const key = [...(issue?.path ?? []), ...unknown].map(String).join('.');
  return err({ key, message: issue?.message ?? 'is not a policy' });
}

/** All the metrics that the verdict needs of a candidate, in a fixed order. */
export function neededMetrics({ metrics, min }: GatePolicy): readonly GateMetric[] {
  return GATE_METRICS.filter((name) => metrics.includes(name) || min[name] !== undefined);
}

export const GATE_METRICS = [
  'roc_auc',
  'f1',
  'f1_at_half',
  'precision',
  'recall',
  'accuracy',
  'average_precision',
] as const satisfies readonly GateMetric[];

const metric = z.enum(GATE_METRICS, { error: `must be one of ${GATE_METRICS.join(', ')}` });

/** The parser of params.yaml keeps integers as bigint. */
const share = z
  .union([z.number(), z.bigint()], { error: 'must be a number from 0 to 1 (0.01 is one point)' })
  .transform(Number)
  .refine((number) => number >= 0 && number <= 1, { error: 'must be a number from 0 to 1 (0.01 is one point)' });

const confidence = z
  .number({ error: 'must be null or a confidence such as 0.95' })
  .refine((level) => level >= 0.5 && level < 1, { error: 'must be null or a confidence such as 0.95' });

const floors = z.partialRecord(metric, share, {
  error: `must be a mapping from metric to floor, such as {roc_auc: 0.6}; metrics are ${GATE_METRICS.join(', ')}`,
});

const SETTINGS = {
  metrics: z
    .array(metric, { error: 'must be a list of metrics' })
    .min(1, { error: 'must name at least one metric' })
    .refine((names) => new Set(names).size === names.length, { error: 'names a metric twice' })
    .default(['roc_auc', 'f1']),
  min_improvement: share.default(0.01),
  max_regression: share.default(0.005),
  mode: z.literal('absolute', { error: 'must be absolute' }).default('absolute'),
  rule: z.enum(['any', 'all'], { error: 'must be any or all' }).default('any'),
  min: floors.nullable().default(null),
  require_ci: confidence.nullable().default(null),
  approval: z.enum(['automatic', 'manual'], { error: 'must be automatic or manual' }).default('automatic'),
};

const policySchema = z.strictObject(SETTINGS, {
  error: (issue) =>
    issue.code === 'unrecognized_keys'
      ? `is not known; known are ${Object.keys(SETTINGS).join(', ')}`
      : 'must be a mapping',
});
