/**
 * One learner on some rows. Knows nothing of thresholds, examples or the model file around the answer.
 */
import { assertNever } from '../lib/assert-never.ts';
import { createBinTable } from './bin-table.ts';
import type { ModelBody } from './evaluator.ts';
import { trainForest } from './forest.ts';
import { trainGbdt } from './gbdt.ts';
import { MAX_ROUNDS, trainLogistic } from './logistic.ts';
import type { Matrix } from './matrix.ts';
import type { InputSpec } from './model.ts';
import type { TrainParams } from './train-params.ts';

export interface FitOptions {
  readonly params: TrainParams;
  readonly train: Matrix;
  readonly labels: Uint8Array;
  readonly inputs: readonly InputSpec[];
  readonly onRound: (round: number) => void;
}

export interface Fit {
  readonly body: ModelBody;
  /** A forest answers for each row with the trees that never saw it; NaN where there are none. */
  readonly outOfBag?: Float64Array;
}

export function fit({ params, train, labels, inputs, onRound }: FitOptions): Fit {
  const { model: kind, seed } = params;
  switch (kind) {
    case 'gbdt': {
      const ensemble = trainGbdt({ table: createBinTable(train), labels, params: params.gbdt, seed, onRound });
      return { body: { kind, ensemble } };
    }
    case 'random_forest': {
      const table = createBinTable(train);
      const { ensemble, outOfBag } = trainForest({ table, labels, params: params.random_forest, seed, onRound });
      return { body: { kind, ensemble }, outOfBag };
    }
    case 'logistic':
      return { body: { kind, equation: trainLogistic({ train, labels, inputs, params: params.logistic, onRound }) } };
    default:
      return assertNever(kind);
  }
}

/** At most: logistic regression stops when it has converged. */
export function roundsOf(params: TrainParams): number {
  return params.model === 'logistic' ? MAX_ROUNDS : params[params.model].trees;
}
