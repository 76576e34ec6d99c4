/**
 * The training rows as bins, laid out for counting and splitting.
 *
 * All inputs share one histogram: input f owns the slots from[f] … from[f + 1] - 1, the last one for
 * missing values if it has any. A cell holds the slot itself, not the bin, so kernels need no offsets,
 * and inputs with few values take few slots: the whole histogram stays in the first-level cache.
 */
import { binOf, cutPoints, MAX_BINS, wholeRange } from './bins.ts';
import type { Matrix } from './matrix.ts';

export interface BinTable {
  readonly rows: number;
  readonly columns: number;
  /** Column after column: a split reads one input of many rows. */
  readonly slots: Uint16Array;
  readonly edges: readonly Float64Array[];
  /** First slot of each input, and one entry more: how many slots there are. */
  readonly from: Int32Array;
  /** Slot of the missing values of each input, or -1. */
  readonly missing: Int32Array;
}

export function createBinTable(matrix: Matrix): BinTable {
  const { rows, columns } = matrix;
  const edges = cutPoints(matrix, Math.min(MAX_BINS, Math.floor(65_534 / columns) - 1));
  const from = new Int32Array(columns + 1);
  const missing = new Int32Array(columns).fill(-1);
  const slots = new Uint16Array(rows * columns);
  edges.forEach((cuts, column) => {
    const first = from[column]!;
    const missingSlot = first + cuts.length + 1;
    const hasMissing = fillColumn(matrix, { column, cuts, first, missing: missingSlot }, slots);
    if (hasMissing) missing[column] = missingSlot;
    from[column + 1] = hasMissing ? missingSlot + 1 : missingSlot;
  });
  return { rows, columns, slots, edges, from, missing };
}

interface ColumnLayout {
  readonly column: number;
  readonly cuts: Float64Array;
  readonly first: number;
  readonly missing: number;
}

/** Returns whether a value was missing. */
function fillColumn(matrix: Matrix, layout: ColumnLayout, slots: Uint16Array): boolean {
  const { rows, columns, values } = matrix;
  const { column, cuts, first, missing } = layout;
  const range = wholeRange(matrix, column);
  const binned =
    range && Uint16Array.from({ length: range.high - range.low + 1 }, (_, i) => binOf(cuts, range.low + i));
  const low = range?.low ?? 0;
  let hasMissing = false;
  for (let row = 0, at = column; row < rows; row++, at += columns) {
    const value = values[at]!;
    const isMissing = value !== value;
    if (isMissing) hasMissing = true;
    const bin = isMissing ? missing - first : binned === undefined ? binOf(cuts, value) : binned[value - low]!;
    slots[column * rows + row] = first + bin;
  }
  return hasMissing;
}
