/**
 * One learner on some rows. Knows nothing of thresholds, examples or the model file around the answer.
 */
import { assertNever } from '../lib/assert-never.ts';
import { type BinTable, createBinTable } from './bin-table.ts';
import type { ModelBody } from './evaluator.ts';
import { trainForest } from './forest.ts';
import { trainGbdt } from './gbdt.ts';
import { MAX_ROUNDS, trainLogistic } from './logistic.ts';
import type { Matrix } from './matrix.ts';
import type { InputSpec } from './model.ts';
import type { RoundScore } from './train.ts';
import type { TrainParams } from './train-params.ts';

export interface FitOptions {
  readonly params: TrainParams;
  readonly train: Matrix;
  readonly labels: Uint8Array;
  readonly inputs: readonly InputSpec[];
  /** The rows as bins, when they are there already. */
  readonly table?: BinTable | undefined;
  readonly onRound: (round: number, score?: () => RoundScore) => void;
}

export interface Fit {
  readonly body: ModelBody;
  /** A forest answers for each row with the trees that never saw it; NaN where there are none. */
  readonly outOfBag?: Float64Array;
}

export function fit({ params, train, labels, inputs, table, onRound }: FitOptions): Fit {
  const { model: kind, seed } = params;
  switch (kind) {
    case 'gbdt': {
      const bins = table ?? createBinTable(train);
      const { ensemble } = trainGbdt({ table: bins, labels, params: params.gbdt, seed, onRound });
      return { body: { kind, ensemble } };
    }
    case 'random_forest': {
      const bins = table ?? createBinTable(train);
      const { ensemble, outOfBag } = trainForest({ table: bins, labels, params: params.random_forest, seed, onRound });
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
