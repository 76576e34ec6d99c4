/**
 * The tables preprocess hands on: comma-separated numbers under a header, an empty cell is missing.
 *
 * Knows nothing of accidents. Invariant: parseFeatures(renderFeatures(t)) equals t, and equal tables
 * have equal bytes.
 */
import type { Matrix } from '../../src/ml/matrix.ts';
import { err, ok } from '../../src/lib/result.ts';
import type { Checked, Problem } from './problem.ts';

export interface FeatureTable {
  readonly columns: readonly string[];
  readonly matrix: Matrix;
}

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
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) !== '') return err([{ file, line: lines.length, message: 'the last line is cut off' }]);
  const columns = (lines[0] ?? '').split(',');
  const rows = lines.length - 2;
  const values = new Float64Array(rows * columns.length);
  for (let row = 0; row < rows; row++) {
    const problem = parseRow(lines[row + 1] ?? '', values.subarray(row * columns.length, (row + 1) * columns.length));
    if (problem !== undefined) return err([{ file, line: row + 2, ...problem }]);
  }
  return ok({ columns, matrix: { rows, columns: columns.length, values } });
}

/** A header that is not exactly `expected` is refused with the first place where they differ. */
export function expectColumns(file: string, found: readonly string[], expected: readonly string[]): Checked<void> {
  const at = Array.from({ length: Math.max(found.length, expected.length) }, (_, i) => i).find(
    (i) => found[i] !== expected[i],
  );
  if (at === undefined) return ok(undefined);
  const column = found.slice(0, at).reduce((sum, name) => sum + name.length + 1, 1);
  const message = `column ${at + 1} is ${found[at] ?? 'missing'}, expected ${expected[at] ?? 'no more columns'}`;
  return err([{ file, line: 1, column, message }]);
}

function parseRow(line: string, into: Float64Array): Omit<Problem, 'file' | 'line'> | undefined {
  const cells = line.split(',');
  if (cells.length !== into.length) return { message: `${cells.length} values, expected ${into.length}` };
  let column = 1;
  for (const [i, cell] of cells.entries()) {
    const value = cell === '' ? Number.NaN : Number(cell);
    // Number() reads blanks as 0 and takes "Infinity": neither is a value of a table.
    if (cell !== '' && (cell.trim() === '' || !Number.isFinite(value))) {
      return { column, message: `"${cell.slice(0, 40)}" is not a number` };
    }
    into[i] = value;
    column += cell.length + 1;
  }
  return undefined;
}
