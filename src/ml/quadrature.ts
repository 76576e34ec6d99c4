/** Gauss-Legendre quadrature on 0 … 1: sums over a few points that equal integrals of polynomials. */
import { cosTurns } from '../lib/math.ts';

export interface Quadrature {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/** n points are exact up to degree 2n - 1. Roots of the nth Legendre polynomial by Newton's method. */
export function gaussLegendre(n: number): Quadrature {
  const points = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = cosTurns((i + 0.75) / (2 * n + 1));
    for (let step = 0; step < NEWTON_STEPS; step++) {
      const { value, slope } = legendre(n, x);
      x -= value / slope;
    }
    const { slope } = legendre(n, x);
    points[i] = (1 + x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}

/** The first guess has three digits or more, and each step doubles them. */
const NEWTON_STEPS = 5;

function legendre(n: number, x: number): { value: number; slope: number } {
  let value = x;
  let before = 1;
  for (let k = 2; k <= n; k++) {
    const next = ((2 * k - 1) * x * value - (k - 1) * before) / k;
    before = value;
    value = next;
  }
  return { value, slope: (n * (before - x * value)) / (1 - x * x) };
}
