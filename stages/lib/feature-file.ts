/**
 * The tables preprocess hands on: comma-separated numbers under a header, an empty cell is missing.
 *
 * Knows nothing of accidents. Invariant: parseFeatures(renderFeatures(t)) equals t, and equal tables
 * have equal bytes.
 */
import { type NumberTable, parseNumberTable } from '../../src/ml/number-table.ts';
import { err, ok } from '../../src/lib/result.ts';
import { compareCodeUnits } from '../../src/lib/canonical-json.ts';
import type { Matrix } from '../../src/ml/matrix.ts';
import type { Checked } from './problem.ts';

export type FeatureTable = NumberTable;

export function renderFeatures({ columns, matrix }: FeatureTable): string {
  const lines = [columns.join(',')];
  for (let row = 0; row < matrix.rows; row++) {
    const values = matrix.values.subarray(row * matrix.columns, (row + 1) * matrix.columns);
    lines.push(Array.from(values, renderCell).join(','));
  }
  return `${lines.join('\n')}\n`;
}

const renderCell = (value: number): string => (Number.isNaN(value) ? '' : String(value));

export function parseFeatures(file: string, text: string): Checked<FeatureTable> {
  const table = parseNumberTable(text.replace(/^\ufeff/, '')); // the byte order mark that Windows programs write
  return table.ok ? ok(withoutIndex(table.value)) : err([{ file, ...table.error }]);
}

/** pandas' `to_csv` writes the numbers of the rows first, under no name, unless it is told not to. */
function withoutIndex(table: FeatureTable): FeatureTable {
  const { columns } = table;
  const isIndex = columns.length > 1 && columns[0] === '' && !columns.slice(1).includes('');
  return isIndex ? pickColumns(table, columns.slice(1)) : table;
}

/** The columns in the order of `expected` when they are these in another order; otherwise as they are, for `expectColumns` to refuse. */
export function arrangeColumns(table: FeatureTable, expected: readonly string[]): FeatureTable {
  const sorted = (names: readonly string[]): string => JSON.stringify(names.toSorted(compareCodeUnits));
  const isReordered = table.columns.join() !== expected.join() && sorted(table.columns) === sorted(expected);
  return isReordered ? pickColumns(table, expected) : table;
}

function pickColumns({ columns, matrix }: FeatureTable, names: readonly string[]): FeatureTable {
  const from = names.map((name) => columns.indexOf(name));
  const values = new Float64Array(matrix.rows * names.length);
  for (let row = 0; row < matrix.rows; row++) {
    for (const [to, column] of from.entries()) {
      values[row * names.length + to] = matrix.values[row * matrix.columns + column] ?? Number.NaN;
    }
  }
  const picked: Matrix = { rows: matrix.rows, columns: names.length, values };
  return { columns: names, matrix: picked };
}

/** A header that is not exactly `expected` is refused with the first place where they differ. */
export function expectColumns(file: string, found: readonly string[], expected: readonly string[]): Checked<void> {
  const at = Array.from({ length: Math.max(found.length, expected.length) }, (_, i) => i).find(
    (i) => found[i] !== expected[i],
  );
  if (at === undefined) return ok(undefined);
  const column = found.slice(0, at).reduce((sum, name) => sum + name.length + 1, 1);
  const message = describeDifference(at, found, expected);
  return err([{ file, line: 1, column, message }]);
}

function describeDifference(at: number, found: readonly string[], expected: readonly string[]): string {
  const [there, wanted] = [found[at], expected[at]];
  const isMissing = wanted !== undefined && !found.includes(wanted);
  if (isMissing && there !== undefined && expected.includes(there))
    return `column ${wanted} is missing before ${there}`;
  return `column ${at + 1} is ${there === '' ? 'without a name' : (there ?? 'missing')}, expected ${wanted ?? 'no more columns'}`;
}
