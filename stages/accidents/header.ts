/**
 * Checks the first line of a table against its layout and names what is wrong with it:
 * another separator, a column missing, doubled, unknown or in another place.
 */
import { err, ok } from '../../src/lib/result.ts';
import type { Checked, Problem } from '../lib/problem.ts';
import type { TableLayout } from './layout.ts';

export interface HeaderSource {
  readonly file: string;
  readonly line: string;
  readonly layout: TableLayout;
}

export interface Header {
  readonly separator: string;
  /** In the order of the file, under our names; the optional ones only when they are there. */
  readonly columns: readonly string[];
}

export function readHeader({ file, line, layout }: HeaderSource): Checked<Header> {
  const at = (column: number, message: string): Problem => ({ file, line: 1, column, message });
  const separator = layout.separators.find((candidate) => line.includes(candidate)) ?? layout.separators[0] ?? ';';
  const cells = splitHeader(line, separator, layout.aliases);
  const foreign = [',', '\t', '|', ';'].find((candidate) => candidate !== separator && line.includes(candidate));
  if (cells.length === 1 && foreign !== undefined) {
    const wanted = layout.separators.map((candidate) => JSON.stringify(candidate)).join(' or ');
    const message = `columns are separated by ${JSON.stringify(foreign)}, expected ${wanted}`;
    return err([at(line.indexOf(foreign) + 1, message)]);
  }
  const names = cells.map(({ name }) => name);
  const { columns, optional, isOrdered } = layout;
  const expected = columns.filter((name) => names.includes(name) || !optional.includes(name));
  const unknown = cells.filter(({ name }) => !expected.includes(name));
  const doubled = cells.filter(({ name }, i) => expected.includes(name) && names.indexOf(name) < i);
  const missing = expected.filter((name) => !names.includes(name));
  const problems = [
    ...unknown.map(({ name, column }) => at(column, `unknown column ${JSON.stringify(name)}`)),
    ...doubled.map(({ name, column }) => at(column, `column ${JSON.stringify(name)} stands twice`)),
    ...missing.map((name) => at(1, `column ${JSON.stringify(name)} is missing`)),
  ];
  if (problems.length > 0) return err(problems);
  const misplaced = isOrdered ? cells.findIndex(({ name }, i) => name !== expected[i]) : -1;
  const { name, column } = cells[misplaced] ?? { name: '', column: 1 };
  if (misplaced < 0) return ok({ separator, columns: names });
  const message = `columns are exchanged: ${JSON.stringify(name)} stands where "${expected[misplaced]}" is expected`;
  return err([at(column, message)]);
}

interface HeaderCell {
  readonly name: string;
  /** Where it stands in the line, from 1. */
  readonly column: number;
}

function splitHeader(line: string, separator: string, aliases: TableLayout['aliases']): readonly HeaderCell[] {
  let column = 1;
  return line.split(separator).map((cell) => {
    const start = column;
    column += cell.length + separator.length;
    const name = cell.replace(/^"(.*)"$/, '$1');
    return { name: aliases.get(name) ?? name, column: start };
  });
}
