/**
 * Answers on training rows by models that did not learn from them, cheaply: what thresholds and calibrations are
 * chosen on. The holdout has no part in it.
 */
import type { BinTable } from './bin-table.ts';
import { countPositives } from './class-weight.ts';
import { compileBody, type ModelBody } from './evaluator.ts';
import { fit, roundsOf } from './fit.ts';
import { dealFolds } from './folds.ts';
import { trainGbdt } from './gbdt.ts';
import { type Matrix, pickRows } from './matrix.ts';
import type { InputSpec } from './model.ts';
import { sigmoid } from '../lib/math.ts';
import type { TrainParams } from './train-params.ts';

export interface RehearsalOptions {
  readonly params: TrainParams;
  readonly train: Matrix;
  readonly labels: Uint8Array;
  readonly inputs: readonly InputSpec[];
  /** The rows as bins, where the learner wants them so. */
  readonly table: BinTable | undefined;
  /** What is rehearsed for: stopped early it has fewer trees than asked, and so have its rehearsals. */
  readonly body: ModelBody;
  readonly onRound: (round: number) => void;
}

const FOLDS = 3;

/** At most; 0 for a forest, which needs none. */
export function roundsOfRehearsal(params: TrainParams): number {
  if (params.model === 'random_forest') return 0;
  const each = params.model === 'gbdt' ? fewerTrees(params.gbdt.trees) : roundsOf(params);
  return answeredFolds(params) * each;
}

/**
 * A threshold needs a third of the rows: of one chosen on all, F1 on new rows is no better (bench/results/learning.json).
 * A calibration has more to learn.
 */
function answeredFolds({ calibration = 'none' }: TrainParams): number {
  return calibration === 'none' ? 1 : FOLDS;
}

/** For the rows of the folds that are answered, else NaN; NaN everywhere when a class has too few rows to hold any back. */
export function rehearse(options: RehearsalOptions): Float64Array {
  const { params, labels } = options;
  const answers = new Float64Array(labels.length).fill(Number.NaN);
  const positives = countPositives(labels);
  if (Math.min(positives, labels.length - positives) < FOLDS) return answers;
  const foldOf = dealFolds(labels, FOLDS, params.seed);
  for (let fold = 0; fold < answeredFolds(params); fold++) {
    const isHeld = foldOf.map((own) => (own === fold ? 1 : 0));
    const found =
      options.table === undefined ? answerAnew(options, isHeld, fold) : answerBoosted(options, isHeld, fold);
    isHeld.forEach((held, row) => {
      if (held === 1) answers[row] = found[row]!;
    });
  }
  return answers;
}

/**
 * A quarter of the trees, each taking three times the step: two thirds of the rows carry about two thirds of the
 * boosting, so the answers are as sure of themselves as the model's will be. The held rows share the others' bins
 * and are scored on the way, so nothing is sorted or asked twice.
 */
function answerBoosted(options: RehearsalOptions, held: Uint8Array, fold: number): Float64Array {
  const { params, labels, table, body, onRound } = options;
  if (table === undefined || body.kind !== 'gbdt') throw new Error('only boosted trees are rehearsed on bins');
  const trees = fewerTrees(body.ensemble.trees.length);
  const learning_rate = Math.min(MAX_REHEARSAL_RATE, params.gbdt.learning_rate * REHEARSAL_STEP);
  const faster = { ...params.gbdt, trees, learning_rate };
  const { scores } = trainGbdt({
    table,
    labels,
    params: faster,
    seed: params.seed,
    held,
    onRound: (round) => onRound(fold * trees + round),
  });
  return scores.map(sigmoid);
}

const fewerTrees = (trees: number): number => Math.ceil(trees / REHEARSAL_SPEED);
const REHEARSAL_SPEED = 4;
const REHEARSAL_STEP = 3;
const MAX_REHEARSAL_RATE = 0.3;

/** For each held row the answer of a model that learnt from the others. */
function answerAnew({ params, train, labels, inputs, onRound }: RehearsalOptions, held: Uint8Array, fold: number) {
  const before = fold * roundsOf(params);
  const others = rowsWhere(held, 0);
  const own = rowsWhere(held, 1);
  const learnt = { train: pickRows(train, others), labels: pickLabels(labels, others) };
  const { body } = fit({ params, ...learnt, inputs, onRound: (round) => onRound(before + round) });
  const found = compileBody(body, inputs.length).probabilities(pickRows(train, own));
  const answers = new Float64Array(labels.length);
  own.forEach((row, i) => {
    answers[row] = found[i]!;
  });
  return answers;
}

export function rowsWhere(flags: Uint8Array, value: 0 | 1): Int32Array {
  return Int32Array.from(flags.keys()).filter((row) => flags[row] === value);
}

export function pickLabels(labels: Uint8Array, rows: Int32Array): Uint8Array {
  return Uint8Array.from(rows, (row) => labels[row]!);
}
