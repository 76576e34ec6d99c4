/**
 * The training rows as bins, laid out for building histograms of gradients.
 *
 * All inputs share one histogram: input f owns the slots from[f] … from[f + 1] - 1, the last one for
 * missing values if it has any. A cell holds the slot itself, not the bin, so the kernel needs no
 * offsets, and small inputs take few slots: the whole histogram stays in the first-level cache.
 */
import { binOf, cutPoints, MAX_BINS } from './bins.ts';
import type { Matrix } from './matrix.ts';

export interface BinTable {
  readonly rows: number;
  readonly columns: number;
  /** Cells of one row in `slots`: columns rounded up to an even number, so that two can be read at once. */
  readonly width: number;
  /** Row-major slots; the odd cell at the end of a row holds `padSlot`. */
  readonly slots: Uint16Array;
  readonly edges: readonly Float64Array[];
  /** First slot of each input, and one entry more: the slot for padding. */
  readonly from: Int32Array;
  /** Slot of the missing values of each input, or -1. */
  readonly missing: Int32Array;
}

export function createBinTable(matrix: Matrix): BinTable {
  const { rows, columns } = matrix;
  const edges = cutPoints(matrix, Math.min(MAX_BINS, Math.floor(65_534 / columns) - 1));
  const from = new Int32Array(columns + 1);
  const missing = new Int32Array(columns).fill(-1);
  edges.forEach((cuts, column) => {
    const end = from[column]! + cuts.length + 1;
    const hasMissing = columnHasMissing(matrix, column);
    if (hasMissing) missing[column] = end;
    from[column + 1] = hasMissing ? end + 1 : end;
  });
  const width = (columns + 1) & ~1;
  const slots = new Uint16Array(rows * width).fill(from[columns]!);
  edges.forEach((cuts, column) => {
    fillColumn(matrix, { column, cuts, first: from[column]!, missing: missing[column]!, width }, slots);
  });
  return { rows, columns, width, slots, edges, from, missing };
}

/** The same rows with only some inputs; slots keep their meaning. */
export function pickColumns(table: BinTable, columns: Int32Array, target: Uint16Array): void {
  const narrow = (columns.length + 1) & ~1;
  const pad = table.from[table.columns]!;
  copyColumns(table.slots, table.width, table.rows, columns, narrow, pad, target);
}

/** A kernel: its own function, so that V8 sees one shape of each array and keeps the loop free of checks. */
function copyColumns(
  source: Uint16Array,
  width: number,
  rows: number,
  columns: Int32Array,
  narrow: number,
  pad: number,
  target: Uint16Array,
): void {
  const picked = columns.length;
  let to = 0;
  for (let row = 0, at = 0; row < rows; row++, at += width) {
    for (let k = 0; k < picked; k++) target[to + k] = source[at + columns[k]!]!;
    if (picked < narrow) target[to + picked] = pad;
    to += narrow;
  }
}

interface ColumnLayout {
  readonly column: number;
  readonly cuts: Float64Array;
  readonly first: number;
  readonly missing: number;
  readonly width: number;
}

function fillColumn(matrix: Matrix, layout: ColumnLayout, slots: Uint16Array): void {
  const { column, cuts, first, missing, width } = layout;
  const { rows, columns, values } = matrix;
  for (let row = 0; row < rows; row++) {
    const value = values[row * columns + column]!;
    slots[row * width + column] = value === value ? first + binOf(cuts, value) : missing;
  }
}

function columnHasMissing({ rows, columns, values }: Matrix, column: number): boolean {
  for (let at = column; at < rows * columns; at += columns) if (Number.isNaN(values[at]!)) return true;
  return false;
}
