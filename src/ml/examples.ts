/** Rows that a model file carries with its own answers, so that a reader can tell whether it still gives them. */
import type { Evaluator } from './evaluator.ts';
import { type Matrix, pickRows } from './matrix.ts';
import type { Examples } from './model.ts';

const EXAMPLES = 32;

/** Rows from all over the training data, with the answers of the finished model. */
export function examplesOf(train: Matrix, evaluator: Evaluator): Examples {
  const count = Math.min(EXAMPLES, train.rows);
  const picked = Int32Array.from({ length: count }, (_, i) => Math.floor((i * train.rows) / count));
  const { columns, values } = pickRows(train, picked);
  const rows = Array.from(picked, (_, i) => values.subarray(i * columns, (i + 1) * columns));
  return {
    rows: rows.map((row) => Array.from(row, (value) => (Number.isNaN(value) ? null : value))),
    probabilities: rows.map((row) => evaluator.probability(row)),
  };
}
