/**
 * A model of rows ready to answer (one of texts: text-evaluator). Training uses the same evaluator for its
 * example rows, so the two cannot skew.
 * Knows nothing of files; a model that was parsed cannot make it fail.
 */
import { sigmoid } from '../lib/math.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { type Calibration, createCalibrate } from './calibration.ts';
import { disagreement } from './example-check.ts';
import { createEncoder } from './logistic-terms.ts';
import type { Matrix } from './matrix.ts';
import type { Examples, LogisticEquation, LogisticModel, TableModel, TreeModel } from './model.ts';
import type { ModelProblem } from './model-problem.ts';
import { compileTrees, createTreeEvaluator, type CompiledTrees } from './tree-evaluator.ts';

export interface Evaluator {
  /** Probability of class 1 for one row, values in the order of the model's inputs; NaN is missing. */
  readonly probability: (row: ArrayLike<number>) => number;
  readonly probabilities: (rows: Matrix) => Float64Array;
}

/** The part of a model that answers; training has it before the rest is known. */
export type ModelBody = Pick<TreeModel, 'kind' | 'ensemble'> | Pick<LogisticModel, 'kind' | 'equation'>;

/** A model as far as answering needs it, and plain data: a thread can make it for another, which then only links it. */
export interface CompiledModel {
  readonly inputs: number;
  readonly body: CompiledBody;
  readonly calibration: Calibration | undefined;
}

type CompiledBody =
  | { readonly kind: TreeModel['kind']; readonly base: number; readonly trees: CompiledTrees }
  | Pick<LogisticModel, 'kind' | 'equation'>;

export function compileModel(model: TableModel): Evaluator {
  return linkModel(compileTable(model));
}

export const compileTable = (model: TableModel): CompiledModel => ({
  inputs: model.inputs.length,
  body: compileParts(model),
  calibration: model.calibration,
});

/** Quick, however large the model is. */
export const linkModel = ({ inputs, body, calibration }: CompiledModel): Evaluator =>
  calibrated(linkBody(body, inputs), calibration);

/** The same evaluator when there is nothing to calibrate. */
export function calibrated(evaluator: Evaluator, calibration: Calibration | undefined): Evaluator {
  if (calibration === undefined) return evaluator;
  const calibrate = createCalibrate(calibration);
  return {
    probability: (row) => calibrate(evaluator.probability(row)),
    probabilities: (rows) => evaluator.probabilities(rows).map(calibrate),
  };
}

export function calibratedAnswers(answers: Float64Array, calibration: Calibration): Float64Array {
  return answers.map(createCalibrate(calibration));
}

/** Compiles and lets the example rows prove that the file still answers as it did when trained. */
export function checkModel(model: TableModel): Result<Evaluator, ModelProblem> {
  const evaluator = compileModel(model);
  const { rows, probabilities } = model.examples;
  const problem = disagreement({ questions: rows.map(exampleRow), probabilities, answer: evaluator.probability });
  return problem === undefined ? ok(evaluator) : err(problem);
}

export const compileBody = (body: ModelBody, inputs: number): Evaluator => linkBody(compileParts(body), inputs);

function compileParts(body: ModelBody): CompiledBody {
  if (body.kind === 'logistic') return { kind: body.kind, equation: body.equation };
  const { kind, ensemble } = body;
  return { kind, base: ensemble.base, trees: compileTrees(ensemble) };
}

function linkBody(body: CompiledBody, inputs: number): Evaluator {
  const answer = answerOf(body);
  const scratch = new Float64Array(inputs); // every caller's kind of row becomes the one kind the kernels know
  return {
    probability: (row) => {
      if (row.length !== inputs) throw new Error(`a row has ${inputs} values, not ${row.length}`);
      for (let i = 0; i < inputs; i++) scratch[i] = row[i]!;
      return answer(scratch, 0);
    },
    probabilities: ({ rows, columns, values }) => {
      if (columns !== inputs) throw new Error(`a row has ${inputs} values, not ${columns}`);
      const answers = new Float64Array(rows);
      for (let row = 0; row < rows; row++) answers[row] = answer(values, row * columns);
      return answers;
    },
  };
}

/** NaN stands for null in a row of examples. */
export function exampleRow(row: Examples['rows'][number]): Float64Array {
  return Float64Array.from(row, (value) => value ?? Number.NaN);
}

/** Probability of the row that begins at an offset. */
type Answer = (values: Float64Array, offset: number) => number;

function answerOf(body: CompiledBody): Answer {
  if (body.kind === 'logistic') return logisticAnswer(body.equation);
  const { sum } = createTreeEvaluator(body.trees);
  const { base } = body;
  if (body.kind === 'gbdt') return (values, offset) => sigmoid(base + sum(values, offset));
  const { length } = body.trees.roots;
  return (values, offset) => sum(values, offset) / length;
}

function logisticAnswer({ intercept, terms }: LogisticEquation): Answer {
  const encoders = terms.map(createEncoder);
  const weights = terms.map((term) => [...(term.type === 'codes' ? term.weights : [term.weight]), term.missing]);
  return (values, offset) => {
    let odds = intercept;
    encoders.forEach((encode, input) => {
      const { weight, factor } = encode(values[offset + input]!);
      if (weight >= 0) odds += weights[input]![weight]! * factor;
    });
    return sigmoid(odds);
  };
}
