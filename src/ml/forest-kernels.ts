/**
 * The inner loops of a random forest: top-level, typed arrays and numbers only, for the reasons in gbdt-kernels.
 *
 * Packed counts: one double holds the rows of class 1 * 2^27 + those of class 0, so that one addition counts both.
 */
export const PACK = 134217728;

/** Counts the rows start … end - 1 by the slot of one input, whose slots stand together in `columnSlots`. */
export function countBySlot(
  columnSlots: Uint16Array,
  offset: number,
  rows: Int32Array,
  start: number,
  end: number,
  packed: Float64Array,
  histogram: Float64Array,
): void {
  for (let k = start; k < end; k++) {
    const row = rows[k]!;
    histogram[columnSlots[offset + row]!]! += packed[row]!;
  }
}

/** The node that is being split, and its best split so far. */
export interface GiniScan {
  readonly total: number;
  readonly positiveWeight: number;
  readonly minLeaf: number;
  /** Sum over both sides of (w0² + w1²) / (w0 + w1): the purer, the larger. */
  purity: number;
  column: number;
  /** Last slot that goes left. */
  slot: number;
  missingLeft: boolean;
  leftTotal: number;
}

/** Tries each cut of one input, missing values on the right, then (if there are any) on the left. Says whether the input varies here. */
export function scanGini(
  histogram: Float64Array,
  first: number,
  end: number,
  column: number,
  missing: number,
  scan: GiniScan,
): boolean {
  const { total, positiveWeight, minLeaf } = scan;
  const totalPositives = Math.floor(total / PACK);
  const totalNegatives = total - totalPositives * PACK;
  const rows = totalPositives + totalNegatives;
  const missingSum = missing >= 0 ? histogram[missing]! : 0;
  let best = scan.purity;
  let varies = false;
  for (let side = 0; side < (missingSum !== 0 ? 2 : 1); side++) {
    let sum = side === 0 ? 0 : missingSum;
    for (let slot = first; slot < end; slot++) {
      const here = histogram[slot]!;
      if (here === 0) continue;
      sum += here;
      if (sum === total) break;
      varies = true;
      const positives = Math.floor(sum / PACK);
      const negatives = sum - positives * PACK;
      if (positives + negatives < minLeaf) continue;
      if (rows - positives - negatives < minLeaf) break;
      const lp = positives * positiveWeight;
      const ln = negatives;
      const rp = (totalPositives - positives) * positiveWeight;
      const rn = totalNegatives - negatives;
      const purity = (lp * lp + ln * ln) / (lp + ln) + (rp * rp + rn * rn) / (rp + rn);
      if (purity > best) {
        best = purity;
        scan.purity = purity;
        scan.column = column;
        scan.slot = slot;
        scan.missingLeft = side === 1;
        scan.leftTotal = sum;
      }
    }
  }
  return varies;
}
