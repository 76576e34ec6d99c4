/**
 * Rows and labels in, a whole model out: trees or weights, threshold, reference histograms, examples.
 * Reads and writes nothing.
 *
 * Invariant: the same options give the same bytes, on every machine and Node version.
 */
import { countPositives } from './class-weight.ts';
import { compileBody, type Evaluator, type ModelBody } from './evaluator.ts';
import { fit, roundsOf } from './fit.ts';
import { holdBack } from './hold-back.ts';
import { type Matrix, pickRows } from './matrix.ts';
import { type Examples, type InputSpec, MODEL_FORMAT, type ModelFile, type SplitId } from './model.ts';
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
export function trainModel(options: TrainOptions): ModelFile {
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

/** A forest's threshold comes from its out-of-bag answers; the others learn once more, without some of the rows. */
function learn(options: TrainOptions): Learnt {
  const { params, labels } = options;
  const rehearsal = params.model === 'random_forest' ? undefined : rehearsalParams(params);
  const before = rehearsal === undefined ? 0 : roundsOf(rehearsal);
  const rounds = before + roundsOf(params);
  const onRound = (round: number): void => options.onProgress?.({ round, rounds });
  if (rehearsal !== undefined) {
    const threshold = rehearse({ ...options, params: rehearsal }, onRound);
    return { ...fit({ ...options, onRound: (round) => onRound(before + round) }), threshold };
  }
  const { body, outOfBag = new Float64Array() } = fit({ ...options, onRound });
  const answered = Int32Array.from(outOfBag.keys()).filter((row) => !Number.isNaN(outOfBag[row]!));
  const answers = Float64Array.from(answered, (row) => outOfBag[row]!);
  return { body, threshold: chooseThreshold(answers, pickLabels(labels, answered)) };
}

/** Learns from four fifths of the rows and finds the threshold on the last one. */
function rehearse({ params, train, labels, inputs }: TrainOptions, onRound: (round: number) => void): number {
  const { kept, heldBack } = holdBack(labels, params.seed);
  const { body } = fit({ params, train: pickRows(train, kept), labels: pickLabels(labels, kept), inputs, onRound });
  const answers = compileBody(body, inputs.length).probabilities(pickRows(train, heldBack));
  return chooseThreshold(answers, pickLabels(labels, heldBack));
}

/**
 * A third of the trees, each taking three times the step: as well calibrated, and the threshold asks for no more.
 * F1 is flat around its best threshold; the rest of the time is better spent on the model itself.
 */
function rehearsalParams(params: TrainParams): TrainParams {
  const { gbdt } = params;
  const trees = Math.ceil(gbdt.trees / REHEARSAL_SPEED);
  const learning_rate = Math.min(MAX_REHEARSAL_RATE, gbdt.learning_rate * REHEARSAL_SPEED);
  return { ...params, gbdt: { ...gbdt, trees, learning_rate } };
}

const REHEARSAL_SPEED = 3;
const MAX_REHEARSAL_RATE = 0.3;

function pickLabels(labels: Uint8Array, rows: Int32Array): Uint8Array {
  return Uint8Array.from(rows, (row) => labels[row]!);
}

const EXAMPLES = 32;

/** Rows from all over the training data, with the answers of the finished model. */
function examplesOf(train: Matrix, evaluator: Evaluator): Examples {
  const count = Math.min(EXAMPLES, train.rows);
  const picked = Int32Array.from({ length: count }, (_, i) => Math.floor((i * train.rows) / count));
  const { columns, values } = pickRows(train, picked);
  const rows = Array.from(picked, (_, i) => values.subarray(i * columns, (i + 1) * columns));
  return {
    rows: rows.map((row) => Array.from(row, (value) => (Number.isNaN(value) ? null : value))),
    probabilities: rows.map((row) => evaluator.probability(row)),
  };
}
