/**
 * Comma-separated text as RFC 4180 has it, by any separator: quoted cells may hold commas, doubled quotes and line ends.
 *
 * Knows nothing of columns. Invariant: parseCsv of renderCsv gives the same cells, save that lines without any
 * cell are passed over.
 */
import { err, ok } from '../../../../src/lib/result.ts';
import type { Checked } from '../../../../stages/lib/problem.ts';

export interface CsvRecord {
  /** From 1: where it begins. */
  readonly line: number;
  readonly cells: readonly string[];
}

export function renderCsv(records: readonly (readonly (string | number)[])[]): string {
  return `${records.map((cells) => cells.map(renderCell).join(',')).join('\n')}\n`;
}

/** Words that need no quotes, such as those of a header, stand without. */
function renderCell(cell: string | number): string {
  return typeof cell === 'number' || /^\w+$/.test(cell) ? String(cell) : `"${cell.replaceAll('"', '""')}"`;
}

export function parseCsv(file: string, text: string, separator = ','): Checked<readonly CsvRecord[]> {
  const records: CsvRecord[] = [];
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const record = readRecord(text, at, separator);
    if ('message' in record) return err([{ file, line, message: record.message }]);
    if (record.end > at && record.cells.join('') !== '') records.push({ line, cells: record.cells });
    line += countLines(text, at, record.end) + 1;
    at = record.end + 1;
  }
  return ok(records);
}

/** What stands most often in the first line, a comma when in doubt. */
export function sniffSeparator(text: string): string {
  const line = text.slice(0, Math.max(0, text.indexOf('\n'))).replace(/"[^"]*"/g, '');
  const count = (separator: string): number => line.split(separator).length;
  return [',', ';', '\t', '|'].reduce((best, separator) => (count(separator) > count(best) ? separator : best));
}

interface Fault {
  readonly message: string;
}

/** `end`: of the line feed behind it, or of the text. */
function readRecord(
  text: string,
  start: number,
  separator: string,
): { readonly cells: readonly string[]; readonly end: number } | Fault {
  const cells: string[] = [];
  for (let at = start; ; ) {
    const cell = text[at] === '"' ? readQuoted(text, at, separator) : readPlain(text, at, separator);
    if ('message' in cell) return cell;
    cells.push(cell.value);
    if (text[cell.end] !== separator) return { cells, end: cell.end };
    at = cell.end + 1;
  }
}

interface Cell {
  readonly value: string;
  /** Of what stands behind it: a comma, a line feed, or nothing. */
  readonly end: number;
}

function readPlain(text: string, start: number, separator: string): Cell {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== '\n') end++;
  return { value: text.slice(start, end).replace(/\r$/, ''), end };
}

function readQuoted(text: string, start: number, separator: string): Cell | Fault {
  let close = text.indexOf('"', start + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close < 0) return { message: 'a quote stays open to the end of the file' };
  const end = text[close + 1] === '\r' ? close + 2 : close + 1;
  if (end < text.length && text[end] !== separator && text[end] !== '\n') {
    return { message: 'text stands behind a closing quote' };
  }
  return { value: text.slice(start + 1, close).replaceAll('""', '"'), end };
}

function countLines(text: string, start: number, end: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
