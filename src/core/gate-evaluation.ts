/**
 * One evaluation as it is kept in `registry/evaluations/<id>.json`, and copied to gate.json.
 *
 * A record for people, the daemon and the dashboard; the gate never reads it back, since both models
 * are scored anew each time. Numbers that are undefined (NaN) are null, as JSON has it.
 */
import { z } from 'zod';

const number = z.number().nullable();
const reason = z.object({ code: z.string(), text: z.string() });
const perModel = <T extends z.ZodType>(schema: T) =>
  z.object({ candidate: schema.nullable(), champion: schema.nullable() });
const confusion = z.object({ tn: z.number(), fp: z.number(), fn: z.number(), tp: z.number() });

const evaluatedModel = z.object({
  /** Number in the registry; null when it got none. */
  version: z.number().nullable(),
  sha: z.string(),
  /** On the holdout; null when it could not be scored. */
  metrics: z.record(z.string(), number).nullable(),
});

const evaluationSchema = z.object({
  schema: z.literal(1),
  /** UUIDv7: evaluations sort by name as they do by time. */
  id: z.string(),
  model: z.string(),
  /** The `pipe` run that this evaluation was part of; null when the stage was started by hand. */
  run: z.string().nullable(),
  created: z.string(),
  decision: z.enum([
    'promote',
    'reject',
    'unchanged',
    'bootstrap',
    'held',
    'awaiting_approval',
    'incompatible',
    'error',
  ]),
  reasons: z.array(reason),
  warnings: z.array(reason),
  /** As it was applied, defaults included; null when it could not be read. */
  policy: z.record(z.string(), z.unknown()).nullable(),
  candidate: evaluatedModel.nullable(),
  champion: evaluatedModel.nullable(),
  /** Candidate minus champion, for each metric of the policy. */
  deltas: z.record(z.string(), number),
  /** 95 % paired bootstrap interval of each delta. */
  ci: z.record(z.string(), z.object({ low: number, high: number })),
  /** Rows of the holdout; null when it could not be read. */
  n: z.number().nullable(),
  classes: z.object({ negatives: z.number(), positives: z.number() }).nullable(),
  /** At each model's own threshold. */
  confusion: perModel(confusion),
  thresholds: perModel(z.number()),
  /** Of the holdout. */
  split: z.record(z.string(), z.unknown()).nullable(),
  /** SHA-256 of what was compared. */
  digests: z.object({ x_test: z.string(), y_test: z.string() }).nullable(),
});

export type Evaluation = z.infer<typeof evaluationSchema>;
export type EvaluatedModel = z.infer<typeof evaluatedModel>;

export function renderEvaluation(evaluation: Evaluation): string {
  return `${JSON.stringify(evaluation, null, 2)}\n`;
}

/** undefined: not an evaluation, or one that a newer version wrote. */
export function parseEvaluation(text: string): Evaluation | undefined {
  try {
    return evaluationSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // no JSON at all
  }
}
