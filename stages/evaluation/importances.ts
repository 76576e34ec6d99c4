/**
 * Which inputs the candidate lives on. Pure, and as repeatable as the rest of evaluate: the rows that are shuffled
 * and the way they are follow from the holdout alone.
 */
import { compareCodeUnits } from '../../src/lib/canonical-json.ts';
import { compileModel } from '../../src/ml/evaluator.ts';
import { gainImportances, permutationImportances } from '../../src/ml/importance.ts';
import { type Matrix, pickRows } from '../../src/ml/matrix.ts';
import { isTextModel, type ModelFile } from '../../src/ml/model.ts';
import type { Holdout } from '../../src/ml/score.ts';

export interface InputImportance {
  readonly input: string;
  /** Share of what the splits explain; NaN when the model has no trees. */
  readonly gain: number;
  /** AUC lost when the input's values change places; NaN when the holdout has one class only. */
  readonly permutation: number;
}

/** Most important first; empty for a model of texts. */
export function rankInputs(model: ModelFile, holdout: Holdout): readonly InputImportance[] {
  if (isTextModel(model) || !('rows' in holdout)) return [];
  const gains = model.kind === 'logistic' ? undefined : gainImportances(model.ensemble);
  const sample = sampleRows(holdout.rows, holdout.labels);
  const falls = permutationImportances({ evaluator: compileModel(model), ...sample, seed: 42, repeats: 1 });
  return model.inputs
    .map(({ name }, i) => ({ input: name, gain: gains?.[i] ?? Number.NaN, permutation: falls[i] ?? Number.NaN }))
    .sort((a, b) => weightOf(b) - weightOf(a) || compareCodeUnits(a.input, b.input));
}

/** What inputs are ranked by: the gain, where there is one. */
export function weightOf({ gain, permutation }: InputImportance): number {
  return Number.isNaN(gain) ? Math.max(permutation, 0) || 0 : gain;
}

/** A forest answers thousands of rows for each input; more of them would not change the order. */
const MAX_ROWS = 4000;

function sampleRows(rows: Matrix, labels: Uint8Array): { rows: Matrix; labels: Uint8Array } {
  if (rows.rows <= MAX_ROWS) return { rows, labels };
  const picked = Int32Array.from({ length: MAX_ROWS }, (_, i) => Math.floor((i * rows.rows) / MAX_ROWS));
  return { rows: pickRows(rows, picked), labels: Uint8Array.from(picked, (row) => labels[row] ?? 0) };
}
