/**
 * Rows and labels in, a whole model out: trees or weights, threshold, reference histograms, examples.
 * Reads and writes nothing.
 *
 * Invariant: the same options give the same bytes, on every machine and Node version.
 */
import { countPositives } from './class-weight.ts';
import { compileBody, type ModelBody } from './evaluator.ts';
import { examplesOf } from './examples.ts';
import { fit, roundsOf } from './fit.ts';
import { dealFolds } from './folds.ts';
import { type Matrix, pickRows } from './matrix.ts';
import { type InputSpec, MODEL_FORMAT, type SplitId, type TableModel } from './model.ts';
import { referenceHistograms } from './reference-histogram.ts';
import { chooseThreshold } from './threshold.ts';
import type { TrainParams } from './train-params.ts';

export interface TrainOptions {
  readonly params: TrainParams;
  /** One row an example, columns in the order of `inputs`. */
  readonly train: Matrix;
  /** 0 or 1, one a row; both must occur. */
  readonly labels: Uint8Array;
  readonly inputs: readonly InputSpec[];
  readonly name: string;
  readonly label: string;
  readonly split: SplitId;
  readonly digests: { readonly data: string; readonly params: string };
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly round: number;
  readonly rounds: number;
}

/** Throws when the labels hold one class only: callers check before they train. */
export function trainModel(options: TrainOptions): TableModel {
  const { train, labels, inputs, name, label, split, digests } = options;
  const positives = countPositives(labels);
  if (positives === 0 || positives === labels.length) throw new Error('training needs rows of both classes');
  const { body, threshold } = learn(options);
  return {
    format: MODEL_FORMAT,
    name,
    label,
    framework: 'reprod',
    inputs,
    classes: [0, 1],
    threshold,
    split,
    digests,
    reference: referenceHistograms(train),
    examples: examplesOf(train, compileBody(body, inputs.length)),
    ...body,
  };
}

interface Learnt {
  readonly body: ModelBody;
  readonly threshold: number;
}

/** The threshold comes from answers on rows the answering trees did not learn from: a forest has such answers anyway. */
function learn(options: TrainOptions): Learnt {
  const { params, labels } = options;
  const rehearsal = rehearsalParams(params);
  const rehearsed = params.model === 'random_forest' ? 0 : FOLDS * roundsOf(rehearsal);
  const rounds = rehearsed + roundsOf(params);
  const onRound = (round: number): void => options.onProgress?.({ round, rounds });
  const outOfFold = rehearsed > 0 ? rehearse({ ...options, params: rehearsal }, onRound) : undefined;
  const { body, outOfBag } = fit({ ...options, onRound: (round) => onRound(rehearsed + round) });
  return { body, threshold: thresholdFrom(outOfFold ?? outOfBag ?? new Float64Array(), labels) };
}

/** For each row the answer of a model that learnt from the other folds. */
function rehearse(options: TrainOptions, onRound: (round: number) => void): Float64Array {
  const { params, train, labels, inputs } = options;
  const answers = new Float64Array(labels.length).fill(Number.NaN);
  const positives = countPositives(labels);
  if (Math.min(positives, labels.length - positives) < FOLDS) return answers;
  const foldOf = dealFolds(labels, FOLDS, params.seed);
  const rows = Int32Array.from(labels.keys());
  for (let fold = 0; fold < FOLDS; fold++) {
    const others = rows.filter((row) => foldOf[row] !== fold);
    const own = rows.filter((row) => foldOf[row] === fold);
    const before = fold * roundsOf(params);
    const learnt = { train: pickRows(train, others), labels: pickLabels(labels, others) };
    const { body } = fit({ params, ...learnt, inputs, onRound: (round) => onRound(before + round) });
    const found = compileBody(body, inputs.length).probabilities(pickRows(train, own));
    own.forEach((row, i) => {
      answers[row] = found[i]!;
    });
  }
  return answers;
}

/**
 * A quarter of the trees, each taking three times the step: two thirds of the rows carry about two thirds of the
 * boosting, so the answers are as sure of themselves as the model's will be. Three folds cost half of the model itself.
 */
function rehearsalParams(params: TrainParams): TrainParams {
  const { gbdt } = params;
  const trees = Math.ceil(gbdt.trees / REHEARSAL_SPEED);
  const learning_rate = Math.min(MAX_REHEARSAL_RATE, gbdt.learning_rate * REHEARSAL_STEP);
  return { ...params, gbdt: { ...gbdt, trees, learning_rate } };
}

const FOLDS = 3;
const REHEARSAL_SPEED = 4;
const REHEARSAL_STEP = 3;
const MAX_REHEARSAL_RATE = 0.3;

/** From the rows that have an answer. */
function thresholdFrom(answers: Float64Array, labels: Uint8Array): number {
  const answered = Int32Array.from(answers.keys()).filter((row) => !Number.isNaN(answers[row]!));
  return chooseThreshold(
    Float64Array.from(answered, (row) => answers[row]!),
    pickLabels(labels, answered),
  );
}

function pickLabels(labels: Uint8Array, rows: Int32Array): Uint8Array {
  return Uint8Array.from(rows, (row) => labels[row]!);
}
