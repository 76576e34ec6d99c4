/**
 * Logistic weights by totals: how much each value must weigh so that as many rows with it are severe as should be. Where the
 * totals are those of the rows themselves this is logistic regression; where they are others', it rakes a model to them.
 *
 * Newton's method with a ridge; weight 0 is an intercept without one.
 */
import { exp, log1p, sigmoid } from '../../src/lib/math.ts';
import { solveSymmetric } from '../../src/ml/cholesky.ts';

/** For each row the weights that apply to it, ascending. */
export type Design = readonly Int32Array[];

export interface Totals {
  readonly design: Design;
  readonly size: number;
  /** Log-odds that each row has before. */
  readonly offset: Float64Array;
  /** How many severe rows each weight should see. */
  readonly totals: Float64Array;
  readonly l2: number;
}

export function fitTotals(problem: Totals): Float64Array {
  let weights = new Float64Array(problem.size);
  let loss = lossOf(problem, weights);
  for (let round = 0; round < 30; round++) {
    const step = stepOf(problem, weights);
    let share = 1;
    let moved = weights.map((weight, i) => weight - (step[i] ?? 0));
    let next = lossOf(problem, moved);
    while (next > loss && share > 1e-6) {
      share /= 2;
      moved = weights.map((weight, i) => weight - share * (step[i] ?? 0));
      next = lossOf(problem, moved);
    }
    if (loss - next < 1e-9 * Math.abs(loss)) break;
    [weights, loss] = [moved, next];
  }
  return weights;
}

export function oddsOf(row: Int32Array, weights: Float64Array, offset: number): number {
  let sum = offset;
  for (const i of row) sum += weights[i] ?? 0;
  return sum;
}

function stepOf({ design, size, offset, totals, l2 }: Totals, weights: Float64Array): Float64Array {
  const hessian = new Float64Array(size * size);
  const gradient = totals.map((total, i) => (i === 0 ? 0 : l2 * (weights[i] ?? 0)) - total);
  for (let i = 1; i < size; i++) hessian[i * size + i] = l2;
  design.forEach((row, at) => {
    const p = sigmoid(oddsOf(row, weights, offset[at] ?? 0));
    row.forEach((i, rank) => {
      gradient[i] = (gradient[i] ?? 0) + p;
      for (const j of row.subarray(0, rank + 1)) hessian[i * size + j] = (hessian[i * size + j] ?? 0) + p * (1 - p);
    });
  });
  return solveSymmetric(hessian, gradient);
}

function lossOf({ design, offset, totals, l2 }: Totals, weights: Float64Array): number {
  let loss = 0;
  design.forEach((row, at) => {
    const odds = oddsOf(row, weights, offset[at] ?? 0);
    loss += Math.max(odds, 0) + log1p(exp(-Math.abs(odds)));
  });
  weights.forEach((weight, i) => {
    loss += (i === 0 ? 0 : 0.5 * l2 * weight * weight) - weight * (totals[i] ?? 0);
  });
  return loss;
}
