/**
 * How good models of these settings are on rows they did not learn from, and how much that hangs on the rows: k
 * models, each judged by the fold it has not seen. Costs k trainings; no model comes out of it.
 */
import { compileBody } from './evaluator.ts';
import { fit } from './fit.ts';
import { dealFolds } from './folds.ts';
import { type Matrix, pickRows } from './matrix.ts';
import { evaluate, type MetricName } from './metrics.ts';
import type { InputSpec } from './model.ts';
import { pickLabels, rowsWhere } from './rehearsal.ts';
import type { TrainParams } from './train-params.ts';

export interface CrossValidationOptions {
  readonly params: TrainParams;
  readonly train: Matrix;
  readonly labels: Uint8Array;
  readonly inputs: readonly InputSpec[];
  /** At least 2, at most as many as there are rows of the rarer class. */
  readonly folds: number;
  readonly onFold?: (fold: number) => void;
}

/** Metrics that need no threshold of the model's own. */
const METRICS = [
  'roc_auc',
  'average_precision',
  'f1_at_half',
  'brier',
  'log_loss',
] as const satisfies readonly MetricName[];

export interface FoldScores {
  readonly mean: number;
  /** Of the folds, with n - 1 below the line. */
  readonly deviation: number;
  readonly folds: readonly number[];
}

export type CrossValidation = Readonly<Record<(typeof METRICS)[number], FoldScores>>;

export function crossValidate({
  params,
  train,
  labels,
  inputs,
  folds,
  onFold,
}: CrossValidationOptions): CrossValidation {
  const foldOf = dealFolds(labels, folds, params.seed);
  const scores = Array.from({ length: folds }, (_, fold) => {
    const isHeld = foldOf.map((own) => (own === fold ? 1 : 0));
    const [others, own] = [rowsWhere(isHeld, 0), rowsWhere(isHeld, 1)];
    const learnt = { train: pickRows(train, others), labels: pickLabels(labels, others) };
    const { body } = fit({ params, ...learnt, inputs, onRound: () => undefined });
    onFold?.(fold + 1);
    return evaluate(compileBody(body, inputs.length).probabilities(pickRows(train, own)), pickLabels(labels, own), 0.5);
  });
  const entries = METRICS.map((metric) => [metric, summarize(scores.map((found) => found[metric]))]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry a metric, just made
  return Object.fromEntries(entries) as CrossValidation;
}

function summarize(folds: readonly number[]): FoldScores {
  const mean = folds.reduce((sum, score) => sum + score, 0) / folds.length;
  const squares = folds.reduce((sum, score) => sum + (score - mean) * (score - mean), 0);
  return { mean, deviation: Math.sqrt(squares / (folds.length - 1)), folds };
}
