/**
 * A model ready to answer. Training uses the same evaluator for its example rows, so the two cannot skew.
 */
import type { Result } from '../lib/result.ts';
import type { Matrix } from './matrix.ts';
import type { ModelFile } from './model.ts';
import type { ModelProblem } from './model-file.ts';

export interface Evaluator {
  /** Probability of class 1 for one row, values in the order of the model's inputs; NaN is missing. */
  probability(row: ArrayLike<number>): number;
  probabilities(rows: Matrix): Float64Array;
}

export declare function compileModel(model: ModelFile): Evaluator;

/** Compiles and lets the example rows prove that the file still answers as it did when trained. */
export declare function checkModel(model: ModelFile): Result<Evaluator, ModelProblem>;
