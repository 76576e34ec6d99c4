/**
 * The rows of a plot's file: CSV, TSV, JSON, YAML. Pure.
 *
 * As DVC: of a JSON or YAML file the first list of records that is found in it; numbers are told by their look.
 */
import { err, ok, type Result } from '../lib/result.ts';
import { isParamMap } from './param-path.ts';
import { type ParamValue, renderParam } from './param-value.ts';
import { parseParams } from './params-file.ts';

export type Cell = string | number | null;
export type PlotRow = Readonly<Record<string, Cell>>;

export interface PlotText {
  readonly file: string;
  readonly text: string;
  /** false: the columns of a CSV file are called 0, 1, 2 … */
  readonly header: boolean;
}

/** What is wrong, as the rest of a sentence that begins with the path. */
export function parsePlotData({ file, text, header }: PlotText): Result<readonly PlotRow[], string> {
  if (/\.(csv|tsv)$/i.test(file)) return fromTable(parseCsv(text, /\.tsv$/i.test(file) ? '\t' : ','), header);
  if (!/\.(json|ya?ml)$/i.test(file)) return err('is neither csv, tsv, json, yaml nor an image');
  const parsed = parseParams({ file, text });
  if (!parsed.ok) return err('cannot be read: it is not valid');
  const rows = findRows(parsed.value);
  return rows === undefined ? err('holds no list of records') : ok(rows.map(toRow));
}

function fromTable(lines: readonly (readonly string[])[], header: boolean): Result<readonly PlotRow[], string> {
  const [first, ...rest] = lines;
  if (first === undefined) return err('is empty');
  const names = header ? first : first.map((_, index) => String(index));
  return ok(
    (header ? rest : lines).map((cells) =>
      Object.fromEntries(names.map((name, at) => [name, toCell(cells[at] ?? '')])),
    ),
  );
}

/** RFC 4180: quotes may hold separators, line ends and doubled quotes. Empty lines are none. */
function parseCsv(text: string, separator: string): readonly (readonly string[])[] {
  const lines: string[][] = [];
  let cells: string[] = [];
  const pattern = new RegExp(`(?:"((?:[^"]|"")*)"|([^${separator}\r\n]*))(${separator}|\r?\n|$)`, 'y');
  const body = text.replace(/^\ufeff/, '');
  for (let found = pattern.exec(body); found !== null; found = pattern.exec(body)) {
    const [whole, quoted, plain = '', end] = found;
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== separator) {
      if (cells.length > 1 || cells[0] !== '') lines.push(cells);
      cells = [];
    }
    if (whole === '' || pattern.lastIndex >= body.length) break;
  }
  if (cells.length > 0) lines.push(cells);
  return lines;
}

function findRows(tree: ParamValue): readonly { readonly [key: string]: ParamValue }[] | undefined {
  if (Array.isArray(tree)) {
    const rows = tree.filter(isParamMap);
    return rows.length > 0 && rows.length === tree.length ? rows : undefined;
  }
  if (!isParamMap(tree)) return undefined;
  for (const member of Object.values(tree)) {
    const rows = findRows(member);
    if (rows !== undefined) return rows;
  }
  return undefined;
}

function toRow(row: { readonly [key: string]: ParamValue }): PlotRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (typeof value === 'bigint' || typeof value === 'number') return [name, Number(value)];
      return [name, value === null ? null : typeof value === 'string' ? value : renderParam(value)];
    }),
  );
}

function toCell(text: string): Cell {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const number = Number(trimmed);
  return Number.isNaN(number) ? text : number;
}
