/**
 * Neighbours among numbers: what single precision compares, said in double precision.
 * Knows nothing of models.
 */

/** The smallest float32 above x; Infinity above the largest. */
export function float32Above(x: number): number {
  const rounded = Math.fround(x);
  if (rounded > x) return rounded;
  if (rounded === 0) return SMALLEST;
  return float32At(bitsOf(rounded) + (rounded > 0 ? 1 : -1));
}

/**
 * The largest double that is below `cut` once rounded to float32: for every double x,
 * `x <= lastBelow(cut)` exactly when `Math.fround(x) < cut`. So a model that compares in single precision
 * needs no rounding of its rows. `cut` is a finite float32.
 */
export function lastBelow(cut: number): number {
  const bits = cut === 0 ? bitsOf(-SMALLEST) : bitsOf(cut) + (cut > 0 ? -1 : 1);
  const below = Math.max(float32At(bits), -FLOAT32_LIMIT);
  const middle = (below + cut) / 2; // exact: a float32 has 29 bits fewer than a double
  return Math.fround(middle) < cut ? middle : doubleBelow(middle);
}

/** What rounds to infinity is rounded as if the next float32 were this one. */
const FLOAT32_LIMIT = 3.402823669209385e38;
const SMALLEST = 1.401298464324817e-45;

function bitsOf(x: number): number {
  return new Int32Array(Float32Array.of(x).buffer)[0]!;
}

function float32At(bits: number): number {
  return new Float32Array(Int32Array.of(bits).buffer)[0]!;
}

/** Of any number but 0. */
function doubleBelow(x: number): number {
  const bits = new BigInt64Array(Float64Array.of(x).buffer);
  bits[0]! += x > 0 ? -1n : 1n;
  return new Float64Array(bits.buffer)[0]!;
}
