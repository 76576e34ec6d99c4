/**
 * A table of numbers as text: commas between cells, a header, an empty cell is missing. Cells may be quoted, and hold what
 * pandas writes for missing values and booleans. Knows no files.
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
  if (lines.at(-1) !== '') return err({ line: lines.length, message: UNENDED });
  const header = lines[0] ?? '';
  if (header.includes(';') && !header.includes(',')) {
    return err({ line: 1, message: 'cells are separated by semicolons: separate them by commas' });
  }
  const columns = header.split(',').map(unquote);
  // In one column an empty line is a missing value; in several it is no row, and editors leave some at the end.
  while (columns.length > 1 && lines.length > 2 && lines.at(-2) === '') lines.pop();
  const rows = lines.length - 2;
  const values = new Float64Array(rows * columns.length);
  for (let row = 0; row < rows; row++) {
    const problem = parseRow(lines[row + 1] ?? '', values.subarray(row * columns.length, (row + 1) * columns.length));
    if (problem !== undefined) return err({ line: row + 2, ...problem });
  }
  return ok({ columns, matrix: { rows, columns: columns.length, values } });
}

const UNENDED = 'the last line does not end: it may be cut off (if it is whole, end it)';

function parseRow(line: string, into: Float64Array): Omit<TableProblem, 'line'> | undefined {
  const cells = line.split(',');
  if (cells.length !== into.length) return { message: `${cells.length} values, expected ${into.length}` };
  let column = 1;
  for (const [i, cell] of cells.entries()) {
    const value = valueOf(unquote(cell));
    if (value === undefined) {
      return { column, message: `"${cell.slice(0, 40)}" is not a number` };
    }
    into[i] = value;
    column += cell.length + 1;
  }
  return undefined;
}

/** undefined: not a number. */
function valueOf(cell: string): number | undefined {
  const value = Number(cell);
  // Number() reads blanks as 0 and takes "Infinity": neither is a value of a table.
  return cell.trim() !== '' && Number.isFinite(value) ? value : WORDS.get(cell);
}

const WORDS: ReadonlyMap<string, number> = new Map([
  ['', Number.NaN],
  ['NaN', Number.NaN],
  ['nan', Number.NaN],
  ['NA', Number.NaN],
  ['<NA>', Number.NaN],
  ['null', Number.NaN],
  ['None', Number.NaN],
  ['True', 1],
  ['False', 0],
]);

const unquote = (cell: string): string => (cell.startsWith('"') && /^"[^"]*"$/.test(cell) ? cell.slice(1, -1) : cell);
