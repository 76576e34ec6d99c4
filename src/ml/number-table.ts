/**
 * A table of numbers as text: commas between cells, a header, an empty cell is missing. Knows no files.
 */
import { err, ok, type Result } from '../lib/result.ts';
import type { Matrix } from './matrix.ts';

export interface NumberTable {
  readonly columns: readonly string[];
  readonly matrix: Matrix;
}

export interface TableProblem {
  /** Both from 1. */
  readonly line: number;
  readonly column?: number;
  readonly message: string;
}

export function parseNumberTable(text: string): Result<NumberTable, TableProblem> {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) !== '') return err({ line: lines.length, message: 'the last line is cut off' });
  const columns = (lines[0] ?? '').split(',');
  const rows = lines.length - 2;
  const values = new Float64Array(rows * columns.length);
  for (let row = 0; row < rows; row++) {
    const problem = parseRow(lines[row + 1] ?? '', values.subarray(row * columns.length, (row + 1) * columns.length));
    if (problem !== undefined) return err({ line: row + 2, ...problem });
  }
  return ok({ columns, matrix: { rows, columns: columns.length, values } });
}

function parseRow(line: string, into: Float64Array): Omit<TableProblem, 'line'> | undefined {
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
