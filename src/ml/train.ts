/**
 * Rows and labels in, a whole model out: trees or weights, calibration, threshold, reference histograms, examples.
 * Reads and writes nothing.
 *
 * Invariant: the same options give the same bytes, on every machine and Node version.
 */
import { createBinTable } from './bin-table.ts';
import { type Calibration, fitCalibration } from './calibration.ts';
import { countPositives } from './class-weight.ts';
import { calibrated, calibratedAnswers, compileBody, type ModelBody } from './evaluator.ts';
import { examplesOf } from './examples.ts';
import { fit, roundsOf } from './fit.ts';
import type { Matrix } from './matrix.ts';
import { type InputSpec, MODEL_FORMAT, type SplitId, type TableModel } from './model.ts';
import { referenceHistograms } from './reference-histogram.ts';
import { pickLabels, rehearse, roundsOfRehearsal } from './rehearsal.ts';
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
  /** How good the model is so far, worked out when asked for; not every learner and round has one. */
  readonly score?: (() => RoundScore) | undefined;
}

export interface RoundScore {
  /** Mean log loss. */
  readonly loss: number;
  readonly on: 'training rows' | 'rows held back';
}

/** Throws when the labels hold one class only: callers check before they train. */
export function trainModel(options: TrainOptions): TableModel {
  const { train, labels, inputs, name, label, split, digests } = options;
  const positives = countPositives(labels);
  if (positives === 0 || positives === labels.length) throw new Error('training needs rows of both classes');
  const { body, calibration, threshold } = learn(options);
  return {
    format: MODEL_FORMAT,
    name,
    label,
    framework: 'reprod',
    inputs,
    classes: [0, 1],
    ...(calibration === undefined ? {} : { calibration }),
    threshold,
    split,
    digests,
    reference: referenceHistograms(train),
    examples: examplesOf(train, calibrated(compileBody(body, inputs.length), calibration)),
    ...body,
  };
}

interface Learnt {
  readonly body: ModelBody;
  readonly calibration: Calibration | undefined;
  readonly threshold: number;
}

/**
 * Calibration and threshold come from answers on rows the answering trees did not learn from: a forest has such
 * answers anyway, others rehearse.
 */
function learn(options: TrainOptions): Learnt {
  const { params, train, labels } = options;
  const own = roundsOf(params);
  const rounds = own + roundsOfRehearsal(params);
  const report = (round: number, score?: () => RoundScore): void => options.onProgress?.({ round, rounds, score });
  const table = params.model === 'logistic' ? undefined : createBinTable(train);
  const { body, outOfBag } = fit({ ...options, table, onRound: report });
  const unseen = outOfBag ?? rehearse({ ...options, table, body, onRound: (round) => report(own + round) });
  const answered = Int32Array.from(unseen.keys()).filter((row) => !Number.isNaN(unseen[row]!));
  const answers = Float64Array.from(answered, (row) => unseen[row]!);
  const truth = pickLabels(labels, answered);
  const calibration = fitCalibration(params.calibration ?? 'none', answers, truth);
  const settled = calibration === undefined ? answers : calibratedAnswers(answers, calibration);
  return { body, calibration, threshold: chooseThreshold(settled, truth) };
}
