/**
 * Checks the first line of a table against its layout and names what is wrong with it:
 * another separator, a column missing, doubled, unknown or in another place.
 */
import type { Problem } from '../lib/problem.ts';

interface HeaderCell {
  readonly name: string;
  /** Where it stands in the line, from 1. */
  readonly column: number;
}

export interface HeaderCheck {
  readonly file: string;
  readonly line: string;
  readonly separator: string;
  readonly expected: readonly string[];
}

/** Empty when the header is exactly the one expected. */
export function checkHeader({ file, line, separator, expected }: HeaderCheck): readonly Problem[] {
  const at = (column: number, message: string): Problem => ({ file, line: 1, column, message });
  const cells = splitHeader(line, separator);
  const foreign = [',', '\t', '|', ';'].find((candidate) => candidate !== separator && line.includes(candidate));
  if (cells.length === 1 && foreign !== undefined) {
    const message = `columns are separated by ${JSON.stringify(foreign)}, expected ${JSON.stringify(separator)}`;
    return [at(line.indexOf(foreign) + 1, message)];
  }
  const names = cells.map(({ name }) => name);
  const unknown = cells.filter(({ name }) => !expected.includes(name));
  const doubled = cells.filter(({ name }, i) => expected.includes(name) && names.indexOf(name) < i);
  const missing = expected.filter((name) => !names.includes(name));
  const problems = [
    ...unknown.map(({ name, column }) => at(column, `unknown column ${JSON.stringify(name)}`)),
    ...doubled.map(({ name, column }) => at(column, `column ${JSON.stringify(name)} stands twice`)),
    ...missing.map((name) => at(1, `column ${JSON.stringify(name)} is missing`)),
  ];
  if (problems.length > 0) return problems;
  const misplaced = cells.find(({ name }, i) => name !== expected[i]);
  if (misplaced === undefined) return [];
  const { name, column } = misplaced;
  const wanted = expected[cells.indexOf(misplaced)];
  return [at(column, `columns are exchanged: ${JSON.stringify(name)} stands where "${wanted}" is expected`)];
}

function splitHeader(line: string, separator: string): readonly HeaderCell[] {
  let column = 1;
  return line.split(separator).map((cell) => {
    const start = column;
    column += cell.length + separator.length;
    return { name: cell.replace(/^"(.*)"$/, '$1'), column: start };
  });
}
