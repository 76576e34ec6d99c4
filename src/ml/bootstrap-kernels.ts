/** The inner loops of the bootstrap, top-level and monomorphic (see gbdt-kernels): each runs thousands of times over all rows. */

/** counts[row] = how often the row was drawn. `cells` counts the same draws by what the row is (label and predictions). */
export function drawRows(
  integer: (n: number) => number,
  counts: Int32Array,
  cellOf: Uint8Array,
  cells: Float64Array,
): void {
  const n = counts.length;
  counts.fill(0);
  cells.fill(0);
  for (let i = 0; i < n; i++) {
    const row = integer(n);
    counts[row]! += 1;
    cells[cellOf[row]!]! += 1;
  }
}

/** `order`: rows by descending score; `tied[k]` is 1 when the k-th has the score of the one after it. */
export function weightedAuc(order: Int32Array, tied: Uint8Array, labels: Uint8Array, counts: Int32Array): number {
  let above = 0;
  let below = 0;
  let pairs = 0;
  let groupPositives = 0;
  let groupNegatives = 0;
  for (let k = 0; k < order.length; k++) {
    const row = order[k]!;
    const weight = counts[row]!;
    const positive = weight * labels[row]!;
    groupPositives += positive;
    groupNegatives += weight - positive;
    if (tied[k] === 1) continue;
    pairs += groupNegatives * (above + groupPositives / 2);
    above += groupPositives;
    below += groupNegatives;
    groupPositives = 0;
    groupNegatives = 0;
  }
  return pairs / (above * below); // NaN when a resample has one class only
}

export function weightedAveragePrecision(
  order: Int32Array,
  tied: Uint8Array,
  labels: Uint8Array,
  counts: Int32Array,
): number {
  let found = 0;
  let predicted = 0;
  let sum = 0;
  let group = 0;
  for (let k = 0; k < order.length; k++) {
    const row = order[k]!;
    const weight = counts[row]!;
    group += weight * labels[row]!;
    predicted += weight;
    if (tied[k] === 1 || group === 0) continue;
    found += group;
    sum += (group * found) / predicted;
    group = 0;
  }
  return sum / found;
}

export function weightedMean(values: Float64Array, counts: Int32Array): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += values[row]! * counts[row]!;
  return sum / values.length;
}
