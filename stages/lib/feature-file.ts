/**
 * The tables preprocess hands on: comma-separated numbers under a header, an empty cell is missing.
 *
 * Knows nothing of accidents. Invariant: parseFeatures(renderFeatures(t)) equals t, and equal tables
 * have equal bytes.
 */
import { type NumberTable, parseNumberTable } from '../../src/ml/number-table.ts';
import { err, ok } from '../../src/lib/result.ts';
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
  return table.ok ? table : err([{ file, ...table.error }]);
}

/** A header that is not exactly `expected` is refused with the first place where they differ. */
export function expectColumns(file: string, found: readonly string[], expected: readonly string[]): Checked<void> {
  const at = Array.from({ length: Math.max(found.length, expected.length) }, (_, i) => i).find(
    (i) => found[i] !== expected[i],
  );
  if (at === undefined) return ok(undefined);
  const column = found.slice(0, at).reduce((sum, name) => sum + name.length + 1, 1);
  const message = `column ${at + 1} is ${describeName(found[at])}, expected ${expected[at] ?? 'no more columns'}`;
  return err([{ file, line: 1, column, message }]);
}

const describeName = (name: string | undefined): string => (name === '' ? UNNAMED : (name ?? 'missing'));

const UNNAMED = 'without a name (the index of pandas: write it with index=False)';
