/**
 * The inner loops of boosting. Each is a top-level function over typed arrays and numbers: V8 then compiles
 * it once, for one shape of arguments (as closures inside the trainer the same loops cost a quarter more).
 * Hence many parameters, and `!` on indices the loop bounds prove.
 *
 * Packed sums: one double holds gradient * 2^27 + hessian, both rounded to integers whose totals stay below 2^26.
 * One addition then moves both, every sum is exact, and no result depends on the order of rows.
 */
import { sigmoidNear } from '../lib/math.ts';

export const PACK = 134217728;
/** Total of each packed half before rounding; the rest up to 2^26 is room for half a unit a row. */
const PACK_TOTAL = 60_000_000;

/** Fills the packed gradients of log loss for the rows that are named. Returns units per gradient and per hessian, both powers of two. */
export function packGradients(
  score: Float64Array,
  labels: Uint8Array,
  rows: Int32Array,
  positiveWeight: number,
  gradient: Float64Array,
  hessian: Float64Array,
  packed: Float64Array,
): { gradientUnits: number; hessianUnits: number } {
  const n = rows.length;
  let gradientTotal = 0;
  let hessianTotal = 0;
  for (let k = 0; k < n; k++) {
    const i = rows[k]!;
    const p = sigmoidNear(score[i]!);
    const positive = labels[i] === 1;
    const weight = positive ? positiveWeight : 1;
    const g = (positive ? p - 1 : p) * weight;
    const h = p * (1 - p) * weight;
    gradient[i] = g;
    hessian[i] = h;
    gradientTotal += g < 0 ? -g : g;
    hessianTotal += h;
  }
  const gradientUnits = unitsFor(gradientTotal);
  const hessianUnits = unitsFor(hessianTotal);
  for (let k = 0; k < n; k++) {
    const i = rows[k]!;
    packed[i] = Math.floor(gradient[i]! * gradientUnits + 0.5) * PACK + Math.floor(hessian[i]! * hessianUnits + 0.5);
  }
  return { gradientUnits, hessianUnits };
}

/** A power of two: a last-bit difference in the total, as from another order of rows, then changes nothing. */
function unitsFor(total: number): number {
  let units = 1;
  while (total * units * 2 <= PACK_TOTAL && units < 1e30) units *= 2;
  while (total * units > PACK_TOTAL) units /= 2;
  return units;
}

/** Adds rows[start … end - 1] to the histogram. Two slots are read at once; the pad slot takes what is odd. */
export function addToHistogram(
  pairs: Uint32Array,
  pairsPerRow: number,
  rows: Int32Array,
  start: number,
  end: number,
  packed: Float64Array,
  histogram: Float64Array,
): void {
  for (let k = start; k < end; k++) {
    const row = rows[k]!;
    const sum = packed[row]!;
    const last = (row + 1) * pairsPerRow;
    for (let at = row * pairsPerRow; at < last; at++) {
      const pair = pairs[at]!;
      histogram[pair & 0xffff]! += sum;
      histogram[pair >>> 16]! += sum;
    }
  }
}

/** parent - child = the other child, exactly: sums are integers. */
export function subtractHistogram(parent: Float64Array, child: Float64Array, slots: number): void {
  for (let i = 0; i < slots; i++) parent[i]! -= child[i]!;
}

/** Adds what stands in the slots of bundles to the slots of their inputs. */
export function unfoldHistogram(
  histogram: Float64Array,
  bundled: Int32Array,
  single: Int32Array,
  unfolded: Float64Array,
): void {
  for (let i = 0; i < bundled.length; i++) unfolded[single[i]!]! += histogram[bundled[i]!]!;
}

export function addToScores(score: Float64Array, rows: Int32Array, start: number, end: number, value: number): void {
  for (let k = start; k < end; k++) score[rows[k]!]! += value;
}

/** What a scan needs to know of the leaf, and the best split found so far. Reused from leaf to leaf. */
export interface SplitScan {
  /** Packed sum over all rows of the leaf. */
  total: number;
  rows: number;
  gain: number;
  column: number;
  /** Last slot that goes left. */
  slot: number;
  missingLeft: boolean;
  /** Packed sum of what goes left. */
  leftTotal: number;
}

export interface ScanLimits {
  readonly gradientUnits: number;
  readonly hessianUnits: number;
  readonly l2: number;
  readonly minLeaf: number;
}

/** Tries each cut of one input, with missing values on the right, then (if there are any) on the left. */
export function scanColumn(
  histogram: Float64Array,
  first: number,
  end: number,
  column: number,
  missing: number,
  scan: SplitScan,
  limits: ScanLimits,
): void {
  const gradientStep = 1 / limits.gradientUnits;
  const hessianStep = 1 / limits.hessianUnits;
  const { l2, minLeaf } = limits;
  const { total, rows } = scan;
  const totalGradientUnits = Math.floor(total / PACK);
  const totalHessianUnits = total - totalGradientUnits * PACK;
  const gradient = totalGradientUnits * gradientStep;
  const hessian = totalHessianUnits * hessianStep;
  // Rows a side has are estimated by its share of the hessian, as LightGBM does: no second histogram.
  const rowsPerUnit = rows / totalHessianUnits;
  const parent = (gradient * gradient) / (hessian + l2);
  const missingSum = missing >= 0 ? histogram[missing]! : 0;
  let best = scan.gain;
  for (let side = 0; side < (missingSum !== 0 ? 2 : 1); side++) {
    let sum = side === 0 ? 0 : missingSum;
    // All values left, missing right, is a split too.
    const last = missingSum !== 0 && side === 0 ? end : end - 1;
    for (let slot = first; slot < last; slot++) {
      const here = histogram[slot]!;
      if (here === 0 && slot > first) continue;
      sum += here;
      const gradientUnits = Math.floor(sum / PACK);
      const hessianUnits = sum - gradientUnits * PACK;
      const leftRows = hessianUnits * rowsPerUnit;
      if (leftRows < minLeaf) continue;
      if (rows - leftRows < minLeaf) break;
      const gl = gradientUnits * gradientStep;
      const hl = hessianUnits * hessianStep;
      const gr = gradient - gl;
      const gain = (gl * gl) / (hl + l2) + (gr * gr) / (hessian - hl + l2) - parent;
      if (gain > best) {
        best = gain;
        scan.gain = gain;
        scan.column = column;
        scan.slot = slot;
        scan.missingLeft = side === 1;
        scan.leftTotal = sum;
      }
    }
  }
}
