/**
 * Cut points of each input, and values to bins. Shared by training and serving, so a value
 * falls in the same bin in both. Knows nothing of labels or trees.
 *
 * Invariant: value v is in bin i exactly when edges[i - 1] < v <= edges[i]; the last bin has no upper edge.
 */
import { float32Above, lastBelow } from './float32.ts';
import type { Matrix } from './matrix.ts';

/** With the bin for missing values a column's bin fits in a byte. */
export const MAX_BINS = 254;

/**
 * At most maxBins bins an input: one a distinct value when these suffice, else about equally many rows each.
 * Edges lie halfway between two values seen, so a value not seen falls to its neighbour.
 */
export function cutPoints(matrix: Matrix, maxBins: number = MAX_BINS): Float64Array[] {
  return Array.from({ length: matrix.columns }, (_, column) => {
    const { values, counts } = distinctValues(matrix, column);
    return values.length <= maxBins ? between(values) : equalCounts(values, counts, maxBins);
  });
}

/** Binary search; the caller has dealt with NaN. */
export function binOf(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= edges[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The different values of a column, ascending, and how many rows have each; missing values are left out. */
export function distinctValues(matrix: Matrix, column: number): Distinct {
  const range = wholeRange(matrix, column);
  return range === undefined ? bySorting(sortedColumn(matrix, column)) : byCounting(matrix, column, range);
}

interface Distinct {
  readonly values: number[];
  readonly counts: number[];
}

export interface WholeRange {
  readonly low: number;
  readonly high: number;
}

/** Of a column of whole numbers near each other, as codes, years and ages are: counting is far cheaper than sorting. */
export function wholeRange({ rows, columns, values }: Matrix, column: number): WholeRange | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (let at = column; at < rows * columns; at += columns) {
    const value = values[at]!;
    if (value !== value) continue;
    if (value !== Math.floor(value)) return undefined;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high >= low && high - low < MOST_COUNTERS ? { low, high } : undefined;
}

const MOST_COUNTERS = 262_144;

function byCounting({ rows, columns, values }: Matrix, column: number, { low, high }: WholeRange): Distinct {
  const counters = new Int32Array(high - low + 1);
  for (let at = column; at < rows * columns; at += columns) {
    const value = values[at]!;
    if (value === value) counters[value - low]! += 1;
  }
  const found: Distinct = { values: [], counts: [] };
  counters.forEach((count, i) => {
    if (count === 0) return;
    found.values.push(low + i);
    found.counts.push(count);
  });
  return found;
}

function bySorting(sorted: Float64Array): Distinct {
  const found: Distinct = { values: [], counts: [] };
  let last = Number.NaN;
  for (let i = 0; i < sorted.length; i++) {
    const value = sorted[i]!;
    if (value === last) found.counts[found.counts.length - 1]! += 1;
    else {
      found.values.push(value);
      found.counts.push(1);
      last = value;
    }
  }
  return found;
}

/** The finite values of a column, ascending. */
function sortedColumn(matrix: Matrix, column: number): Float64Array {
  const { rows, columns, values } = matrix;
  const kept = new Float64Array(rows);
  let n = 0;
  for (let at = column; at < rows * columns; at += columns) {
    const value = values[at]!;
    if (value === value) kept[n++] = value;
  }
  return kept.subarray(0, n).sort();
}

/**
 * Halfway, and where fractions are concerned at a place that single precision knows too: XGBoost compares float32,
 * and sends every row of an exported model where we send it (a whole number below 2^24 is its own float32).
 */
export function cutBetween(low: number, high: number): number {
  const middle = (low + high) / 2;
  if (Number.isInteger(low) && Number.isInteger(high)) return middle;
  const rounded = Math.fround(middle);
  const found = [rounded, float32Above(rounded)].map(lastBelow).find((cut) => low <= cut && cut < high);
  return found ?? middle; // closer to each other than float32 can tell
}

function between(values: readonly number[]): Float64Array {
  return Float64Array.from(values.slice(1), (value, i) => cutBetween(values[i]!, value));
}

/** Greedy: each bin takes its share of the rows that are left, so that one frequent value does not starve the rest. */
function equalCounts(values: readonly number[], counts: readonly number[], maxBins: number): Float64Array {
  const edges: number[] = [];
  let rest = counts.reduce((sum, count) => sum + count, 0);
  let inBin = 0;
  for (let i = 0; i + 1 < values.length && edges.length + 1 < maxBins; i++) {
    inBin += counts[i]!;
    if (inBin < rest / (maxBins - edges.length)) continue;
    edges.push(cutBetween(values[i]!, values[i + 1]!));
    rest -= inBin;
    inBin = 0;
  }
  return Float64Array.from(edges);
}
