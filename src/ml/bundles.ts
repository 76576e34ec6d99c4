/**
 * Several inputs of few values counted as one: a bundle has a slot for each combination of its inputs' bins, so that a row
 * moves one sum instead of several. The inputs' own histograms are sums over combinations, exactly: packed sums are integers.
 *
 * Twenty-eight inputs of accidents make fourteen bundles, which halves the cost of a histogram. Knows nothing of trees.
 */
import type { BinTable } from './bin-table.ts';

/** Rows as slots of bundles, two to a number: building a histogram reads all bundles of a few rows. */
export interface BundledRows {
  readonly pairs: Uint32Array;
  readonly pairsPerRow: number;
  /** Of all bundles together; one more is for padding. */
  readonly slots: number;
  /** Of the first bundle: each row is in one of them. */
  readonly firstSlots: number;
  readonly unfolding: Unfolding;
}

/** Entry i: what is in slot `bundled[i]` also counts for the table's slot `single[i]`. */
export interface Unfolding {
  readonly bundled: Int32Array;
  readonly single: Int32Array;
}

/** More combinations than this would no longer stay in the first-level cache beside the rows. */
const MAX_COMBINATIONS = 256;
/** Slots that bundling may cost beyond those of the single inputs; what would need more stays alone. */
const MAX_SHARED = 8192;
/** A slot has sixteen bits, and one is for padding. */
const MAX_SLOTS = 65_535;

interface Bundle {
  readonly columns: number[];
  /** Combinations so far. */
  size: number;
}

/** An upper bound of `slots` for any choice of columns. */
export const mostSlots = (table: BinTable): number => Math.min(table.from[table.columns]! + MAX_SHARED, MAX_SLOTS);

/** `target` has room for all columns of all rows, and one more each. */
export function bundleRows(table: BinTable, columns: Int32Array, target: Uint16Array): BundledRows {
  const bundles = formBundles(table, columns);
  const width = (bundles.length + 1) & ~1;
  const unfolding = { bundled: [] as number[], single: [] as number[] };
  let slots = 0;
  bundles.forEach((bundle, place) => {
    fillPlace(table, bundle, { target, place, width, first: slots });
    addUnfolding(table, bundle, slots, unfolding);
    slots += bundle.size;
  });
  if (bundles.length < width) fillConstant(slots, table.rows, target, width - 1, width);
  return {
    pairs: new Uint32Array(target.buffer, 0, target.length >> 1),
    pairsPerRow: width >> 1,
    slots,
    firstSlots: bundles[0]?.size ?? 0,
    unfolding: { bundled: Int32Array.from(unfolding.bundled), single: Int32Array.from(unfolding.single) },
  };
}

const widthOf = (table: BinTable, column: number): number => table.from[column + 1]! - table.from[column]!;

/** The widest first, each into the first bundle that has room. */
function formBundles(table: BinTable, columns: Int32Array): readonly Bundle[] {
  const widest = Array.from(columns).sort((a, b) => widthOf(table, b) - widthOf(table, a) || a - b);
  const bundles: Bundle[] = [];
  let spare = mostSlots(table) - table.from[table.columns]!;
  for (const column of widest) {
    const width = widthOf(table, column);
    const room = bundles.find(({ size }) => size * width <= MAX_COMBINATIONS && size * (width - 1) <= spare);
    if (room === undefined) bundles.push({ columns: [column], size: width });
    else {
      spare -= room.size * (width - 1);
      room.columns.push(column);
      room.size *= width;
    }
  }
  return bundles;
}

interface Place {
  readonly target: Uint16Array;
  readonly place: number;
  readonly width: number;
  /** Slot of the bundle's first combination. */
  readonly first: number;
}

function fillPlace(table: BinTable, { columns }: Bundle, { target, place, width, first }: Place): void {
  fillConstant(first, table.rows, target, place, width);
  let stride = 1;
  for (const column of columns) {
    addColumn(table.slots, column * table.rows, table.rows, table.from[column]!, stride, target, place, width);
    stride *= widthOf(table, column);
  }
}

/** Kernels: functions of their own, so that V8 sees one shape of each array and keeps the loops free of checks. */
function addColumn(
  slots: Uint16Array,
  offset: number,
  rows: number,
  first: number,
  stride: number,
  target: Uint16Array,
  place: number,
  width: number,
): void {
  for (let row = 0, at = place; row < rows; row++, at += width) target[at]! += (slots[offset + row]! - first) * stride;
}

function fillConstant(slot: number, rows: number, target: Uint16Array, place: number, width: number): void {
  for (let row = 0, at = place; row < rows; row++, at += width) target[at] = slot;
}

function addUnfolding(
  table: BinTable,
  { columns, size }: Bundle,
  first: number,
  { bundled, single }: { readonly bundled: number[]; readonly single: number[] },
): void {
  let stride = 1;
  for (const column of columns) {
    const width = widthOf(table, column);
    for (let combination = 0; combination < size; combination++) {
      bundled.push(first + combination);
      single.push(table.from[column]! + (Math.floor(combination / stride) % width));
    }
    stride *= width;
  }
}
