/**
 * Logistic regression by Newton's method with a ridge. Rows are sparse (one weight an input), the Hessian is dense.
 *
 * Invariant: the equation follows from rows, labels, inputs and parameters; no random number is drawn.
 */
import { log1p, exp, sigmoid } from '../lib/math.ts';
import { solveSymmetric } from './cholesky.ts';
import { positiveWeight } from './class-weight.ts';
import { createEncoder, type Encoding, encodingOf, weightsOf } from './logistic-terms.ts';
import type { Matrix } from './matrix.ts';
import type { InputSpec, LogisticEquation, LogisticTerm } from './model.ts';
import type { LogisticParams } from './train-params.ts';

export interface LogisticOptions {
  readonly train: Matrix;
  readonly labels: Uint8Array;
  readonly inputs: readonly InputSpec[];
  readonly params: LogisticParams;
  readonly onRound?: ((round: number) => void) | undefined;
}

/** Newton needs six to eight; separable data stop here, held by the ridge. */
export const MAX_ROUNDS = 25;

export function trainLogistic({ train, labels, inputs, params, onRound }: LogisticOptions): LogisticEquation {
  const encodings = inputs.map((input, column) => encodingOf(train, column, input));
  const design = createDesign(train, encodings);
  const problem = { design, labels, positiveWeight: positiveWeight(labels, params.class_weight), l2: params.l2 };
  let weights = new Float64Array(design.weights);
  let loss = penalisedLoss(problem, weights);
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const next = improve(problem, weights, loss);
    onRound?.(round);
    if (next === undefined) break;
    const gained = loss - next.loss;
    ({ weights, loss } = next);
    if (gained < 1e-10 * loss) break;
  }
  return toEquation(encodings, design.first, weights);
}

/** Row-major: the weight each input of a row takes (-1: none) and its factor. Weight 0 is the intercept. */
interface Design {
  readonly rows: number;
  readonly perRow: number;
  readonly index: Int32Array;
  readonly factor: Float64Array;
  /** First weight of each input. */
  readonly first: readonly number[];
  readonly weights: number;
}

interface Problem {
  readonly design: Design;
  readonly labels: Uint8Array;
  readonly positiveWeight: number;
  readonly l2: number;
}

function createDesign({ rows, columns, values }: Matrix, encodings: readonly Encoding[]): Design {
  const index = new Int32Array(rows * (columns + 1));
  const factor = new Float64Array(rows * (columns + 1)).fill(1);
  const first: number[] = [];
  let weights = 1;
  encodings.forEach((encoding, column) => {
    const encode = createEncoder(encoding);
    for (let row = 0; row < rows; row++) {
      const encoded = encode(values[row * columns + column]!);
      const at = row * (columns + 1) + column + 1;
      index[at] = encoded.weight < 0 ? -1 : weights + encoded.weight;
      factor[at] = encoded.factor;
    }
    first.push(weights);
    weights += weightsOf(encoding);
  });
  return { rows, perRow: columns + 1, index, factor, first, weights };
}

/** One Newton step, halved until it helps; undefined when none does. */
function improve(
  problem: Problem,
  weights: Float64Array,
  loss: number,
): { weights: Float64Array<ArrayBuffer>; loss: number } | undefined {
  const { hessian, gradient } = derivatives(problem, weights);
  const step = solveSymmetric(hessian, gradient);
  for (let share = 1; share > 1e-4; share /= 2) {
    const moved = weights.map((weight, i) => weight - share * step[i]!);
    const next = penalisedLoss(problem, moved);
    if (next < loss) return { weights: moved, loss: next };
  }
  return undefined;
}

function derivatives(
  { design, labels, positiveWeight, l2 }: Problem,
  weights: Float64Array,
): { hessian: Float64Array; gradient: Float64Array } {
  const size = design.weights;
  const hessian = new Float64Array(size * size);
  const gradient = new Float64Array(size);
  for (let row = 0; row < design.rows; row++) {
    const p = sigmoid(logOdds(design.index, design.factor, design.perRow, row, weights));
    const weight = labels[row] === 1 ? positiveWeight : 1;
    const slope = (p - labels[row]!) * weight;
    addRow(design.index, design.factor, design.perRow, row, slope, p * (1 - p) * weight, size, hessian, gradient);
  }
  for (let i = 1; i < size; i++) {
    gradient[i]! += l2 * weights[i]!;
    hessian[i * size + i]! += l2;
  }
  return { hessian, gradient };
}

/** Kernels: top-level and monomorphic for V8's sake, see gbdt-kernels. */
function logOdds(index: Int32Array, factor: Float64Array, perRow: number, row: number, weights: Float64Array): number {
  let sum = 0;
  for (let at = row * perRow; at < (row + 1) * perRow; at++) {
    const weight = index[at]!;
    if (weight >= 0) sum += weights[weight]! * factor[at]!;
  }
  return sum;
}

/** Indices ascend within a row, so i >= j fills the lower triangle. */
function addRow(
  index: Int32Array,
  factor: Float64Array,
  perRow: number,
  row: number,
  slope: number,
  curve: number,
  size: number,
  hessian: Float64Array,
  gradient: Float64Array,
): void {
  const from = row * perRow;
  for (let a = from; a < from + perRow; a++) {
    const i = index[a]!;
    if (i < 0) continue;
    gradient[i]! += slope * factor[a]!;
    const scaled = curve * factor[a]!;
    for (let b = from; b <= a; b++) {
      const j = index[b]!;
      if (j >= 0) hessian[i * size + j]! += scaled * factor[b]!;
    }
  }
}

function penalisedLoss({ design, labels, positiveWeight, l2 }: Problem, weights: Float64Array): number {
  let loss = 0;
  for (let row = 0; row < design.rows; row++) {
    const odds = logOdds(design.index, design.factor, design.perRow, row, weights);
    const margin = labels[row] === 1 ? odds : -odds;
    // log(1 + e^-margin), written so that e^ never overflows
    loss += (labels[row] === 1 ? positiveWeight : 1) * (Math.max(-margin, 0) + log1p(exp(-Math.abs(margin))));
  }
  for (let i = 1; i < weights.length; i++) loss += 0.5 * l2 * weights[i]! * weights[i]!;
  return loss;
}

function toEquation(encodings: readonly Encoding[], first: readonly number[], weights: Float64Array): LogisticEquation {
  const terms = encodings.map((encoding, i): LogisticTerm => {
    const own = Array.from(weights.subarray(first[i], (first[i] ?? 0) + weightsOf(encoding)), short);
    const missing = own.pop()!;
    if (encoding.type === 'codes') return { ...encoding, weights: own, missing };
    return { ...encoding, weight: own[0]!, missing };
  });
  return { intercept: short(weights[0]!), terms };
}

function short(weight: number): number {
  return Number(weight.toPrecision(10));
}
