/**
 * Field texts to numbers, collecting what cannot be read with its place in the file.
 *
 * NaN stands for a field that is blank or was refused; the official "-1" stays -1, what it means
 * depends on the column (recode.ts).
 */
import type { Problem } from '../lib/problem.ts';
import type { Table } from './table.ts';

export interface CellReader {
  readonly integer: (table: Table, row: number, column: number) => number;
  /** As `integer`, and a blank field is NaN, not a problem. */
  readonly integerOrBlank: (table: Table, row: number, column: number) => number;
  /** "48,8566" or "48.8566"; blank is NaN. */
  readonly decimalOrBlank: (table: Table, row: number, column: number) => number;
  /** The part before the last colon of "07:32". */
  readonly hour: (table: Table, row: number, column: number) => number;
  /** "01" is 1, "2A" is 201 and "2B" is 202, also as the beginning of a commune: "2A004" is 201004. */
  readonly area: (table: Table, row: number, column: number) => number;
  readonly problems: readonly Problem[];
}

/** More than anybody reads: a wrong column has one problem for every row. */
const MAX_PROBLEMS = 20;

export function createCellReader(): CellReader {
  const problems: Problem[] = [];
  const refuse = (table: Table, row: number, column: number, wanted: string): number => {
    const message = `${JSON.stringify(table.cell(row, column).slice(0, 40))} is not ${wanted}`;
    if (problems.length < MAX_PROBLEMS) problems.push({ ...table.place(row, column), message });
    return Number.NaN;
  };
  const integerOrBlank: CellReader['integer'] = (table, row, column) => {
    const text = table.cell(row, column).trim();
    if (/^-?\d+$/.test(text)) return Number(text);
    return text === '' ? Number.NaN : refuse(table, row, column, 'a whole number');
  };
  return {
    problems,
    integerOrBlank,
    integer: (table, row, column) => {
      if (table.cell(row, column).trim() === '') return refuse(table, row, column, 'a whole number');
      return integerOrBlank(table, row, column);
    },
    decimalOrBlank: (table, row, column) => {
      const text = table.cell(row, column).trim();
      if (text === '') return Number.NaN;
      return /^-?\d+([.,]\d+)?$/.test(text)
        ? Number(text.replace(',', '.'))
        : refuse(table, row, column, 'a decimal number');
    },
    hour: (table, row, column) => {
      const [, hour] = /^(\d{1,2}):\d\d$/.exec(table.cell(row, column).trim()) ?? [];
      return hour !== undefined && Number(hour) < 24 ? Number(hour) : refuse(table, row, column, 'a time like 07:32');
    },
    area: (table, row, column) => {
      const text = table.cell(row, column).trim().replace('2A', '201').replace('2B', '202');
      return /^\d+$/.test(text) ? Number(text) : refuse(table, row, column, 'a département or commune code');
    },
  };
}
