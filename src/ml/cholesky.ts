/**
 * Solves A x = b for a symmetric positive definite A, row-major, of which only the lower triangle is read.
 * A is overwritten by its factor. Pivots that rounding made too small are raised, never divided by.
 */
export function solveSymmetric(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  factorise(a, n);
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) x[i] = (x[i]! - dot(a, i * n, x, i)) / a[i * n + i]!;
  for (let i = n - 1; i >= 0; i--) {
    const value = x[i]! / a[i * n + i]!;
    x[i] = value;
    for (let j = 0; j < i; j++) x[j]! -= a[i * n + j]! * value;
  }
  return x;
}

/** Row by row, so that both operands of the inner product are read in order. */
function factorise(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      a[i * n + j] = (a[i * n + j]! - rowProduct(a, i * n, j * n, j)) / a[j * n + j]!;
    }
    const pivot = a[i * n + i]! - rowProduct(a, i * n, i * n, i);
    a[i * n + i] = Math.sqrt(pivot > SMALLEST_PIVOT ? pivot : SMALLEST_PIVOT);
  }
}

/** A kernel: top-level and monomorphic, or V8 does not keep it in registers. */
function rowProduct(a: Float64Array, left: number, right: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += a[left + k]! * a[right + k]!;
  return sum;
}

function dot(a: Float64Array, from: number, x: Float64Array, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += a[from + k]! * x[k]!;
  return sum;
}

const SMALLEST_PIVOT = 1e-10;
