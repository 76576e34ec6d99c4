/**
 * From a model's scores to probabilities that mean what they say, learnt from answers on rows the model did not
 * learn from. Knows nothing of models.
 *
 * Invariant: never decreasing, so no calibration turns the order of two rows round (isotonic may make them equal).
 */
import { log, sigmoid } from '../lib/math.ts';

/** Keys as in the model file. */
export type Calibration =
  /** sigmoid(slope * logit(p) + intercept). */
  | { readonly type: 'platt'; readonly slope: number; readonly intercept: number }
  /** Straight lines between the points, level outside. Both lists ascend. */
  | { readonly type: 'isotonic'; readonly from: readonly number[]; readonly to: readonly number[] };

export const CALIBRATIONS = ['none', 'platt', 'isotonic'] as const;
export type CalibrationKind = (typeof CALIBRATIONS)[number];

/** undefined: none was asked for, or there is nothing to learn from (no answers, or of one class). */
export function fitCalibration(
  kind: CalibrationKind,
  answers: Float64Array,
  labels: Uint8Array,
): Calibration | undefined {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (kind === 'none' || positives === 0 || positives === labels.length) return undefined;
  return kind === 'platt' ? fitPlatt(answers, labels, positives) : fitIsotonic(answers, labels);
}

export function createCalibrate(calibration: Calibration): (probability: number) => number {
  if (calibration.type === 'platt') {
    const { slope, intercept } = calibration;
    return (probability) => sigmoid(slope * logit(probability) + intercept);
  }
  const { from, to } = calibration;
  return (probability) => interpolate(from, to, probability);
}

/**
 * J. Platt, Probabilistic outputs for support vector machines (1999): a logistic regression on the log-odds, with
 * targets drawn in a little so that separable answers do not end in certainty. Newton's method as in H. Lin, C. Lin
 * and R. Weng, A note on Platt's probabilistic outputs (2007).
 */
function fitPlatt(answers: Float64Array, labels: Uint8Array, positives: number): Calibration {
  const odds = answers.map(logit);
  const targets = [1 / (labels.length - positives + 2), (positives + 1) / (positives + 2)];
  let [slope, intercept] = [1, 0];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { gradient, hessian } = plattDerivatives(odds, labels, targets, slope, intercept);
    const determinant = hessian[0] * hessian[2] - hessian[1] * hessian[1];
    const bySlope = (hessian[2] * gradient[0] - hessian[1] * gradient[1]) / determinant;
    const byIntercept = (hessian[0] * gradient[1] - hessian[1] * gradient[0]) / determinant;
    slope = Math.max(slope - bySlope, LEAST_SLOPE);
    intercept -= byIntercept;
    if (Math.abs(bySlope) + Math.abs(byIntercept) < 1e-10) break;
  }
  return { type: 'platt', slope, intercept };
}

const MAX_ROUNDS = 50;
/** Answers that rank worse than chance say nothing: they all become nearly the share of class 1, none turns round. */
const LEAST_SLOPE = 1e-6;
/** Makes the Hessian regular when all answers are equal. */
const RIDGE = 1e-9;

interface Derivatives {
  readonly gradient: readonly [number, number];
  /** Slope twice, slope and intercept, intercept twice. */
  readonly hessian: readonly [number, number, number];
}

function plattDerivatives(
  odds: Float64Array,
  labels: Uint8Array,
  targets: readonly number[],
  slope: number,
  intercept: number,
): Derivatives {
  let [bySlope, byIntercept, a, b, c] = [0, 0, RIDGE, 0, RIDGE];
  odds.forEach((x, row) => {
    const p = sigmoid(slope * x + intercept);
    const error = p - targets[labels[row]!]!;
    const weight = p * (1 - p);
    bySlope += error * x;
    byIntercept += error;
    a += weight * x * x;
    b += weight * x;
    c += weight;
  });
  return { gradient: [bySlope, byIntercept], hessian: [a, b, c] };
}

/**
 * Pool adjacent violators: the never decreasing steps with the least squared error (R. Barlow et al., Statistical
 * Inference under Order Restrictions, 1972), joined by straight lines as scikit-learn's IsotonicRegression does.
 */
function fitIsotonic(answers: Float64Array, labels: Uint8Array): Calibration {
  const order = Int32Array.from(answers.keys()).sort((a, b) => answers[a]! - answers[b]! || a - b);
  const blocks: Block[] = [];
  for (const row of order) {
    const [x, y] = [answers[row]!, labels[row]!];
    const last = blocks.at(-1);
    // Equal answers are one point, whatever their labels.
    if (last !== undefined && last.to === x) absorb(last, { from: x, to: x, sum: y, rows: 1 });
    else blocks.push({ from: x, to: x, sum: y, rows: 1 });
  }
  const pooled: Block[] = [];
  for (const block of blocks) {
    let here = block;
    for (let last = pooled.at(-1); last !== undefined && meanOf(last) >= meanOf(here); last = pooled.at(-1)) {
      pooled.pop();
      absorb(last, here);
      here = last;
    }
    pooled.push(here);
  }
  const points = pooled.flatMap((block) => {
    const y = meanOf(block);
    return block.from === block.to
      ? [[block.from, y]]
      : [
          [block.from, y],
          [block.to, y],
        ];
  });
  return { type: 'isotonic', from: points.map(([x = 0]) => x), to: points.map(([, y = 0]) => y) };
}

interface Block {
  readonly from: number;
  to: number;
  sum: number;
  rows: number;
}

const meanOf = ({ sum, rows }: Block): number => sum / rows;

function absorb(block: Block, next: Block): void {
  block.to = next.to;
  block.sum += next.sum;
  block.rows += next.rows;
}

function interpolate(from: readonly number[], to: readonly number[], x: number): number {
  if (!(x > from[0]!)) return to[0]!;
  let [low, high] = [0, from.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle]! <= x) low = middle;
    else high = middle;
  }
  if (low === from.length - 1) return to[low]!;
  const between = to[low]! + ((x - from[low]!) / (from[low + 1]! - from[low]!)) * (to[low + 1]! - to[low]!);
  return Math.min(between, to[low + 1]!); // rounding must not pass the next point
}

/** A forest may be certain; no log-odds are infinite. */
const CERTAIN = 1e-7;

function logit(probability: number): number {
  const p = Math.min(Math.max(probability, CERTAIN), 1 - CERTAIN);
  return log(p / (1 - p));
}
