/**
 * A raw table: its text with the place of every field, checked byte by byte when it is opened.
 *
 * One pass finds the fields and whatever breaks them, with line and column, so nothing downstream
 * re-checks the shape. Field values are texts; `cells.ts` makes numbers of them.
 * Invariant: row r is line r + 2 of the file, and every row has all columns.
 */
import { err, ok } from '../../src/lib/result.ts';
import type { Checked, Problem } from '../lib/problem.ts';
import { decodeTable } from './decode.ts';
import { readHeader } from './header.ts';
import type { TableLayout } from './layout.ts';

export interface Table {
  readonly file: string;
  readonly rows: number;
  /** Of the file, in its order, under our names. */
  readonly columns: readonly string[];
  /** Index of a column; throws for a name that the table has not. */
  readonly column: (name: string) => number;
  readonly cell: (row: number, column: number) => string;
  readonly place: (row: number, column: number) => Required<Omit<Problem, 'message'>>;
}

export interface TableSource {
  readonly file: string;
  readonly bytes: Buffer;
  readonly layout: TableLayout;
}

export function parseTable({ file, bytes, layout }: TableSource): Checked<Table> {
  const decoded = decodeTable({ file, bytes, isMaybeLatin1: layout.isMaybeLatin1 });
  if (!decoded.ok) return err([decoded.error]);
  const text = withoutEmptyEnd(decoded.value);
  const headerEnd = text.indexOf('\n');
  const line = text.slice(0, headerEnd < 0 ? text.length : headerEnd).replace(/\r$/, '');
  const header = readHeader({ file, line, layout });
  if (!header.ok) return header;
  if (headerEnd < 0) return err([{ file, line: 1, column: line.length + 1, message: UNENDED_HEADER }]);
  const { columns, separator } = header.value;
  const fields = scanFields({
    text,
    from: headerEnd + 1,
    width: columns.length,
    separator: separator.charCodeAt(0),
    // Who quotes the header quotes every text, so a quote inside a bare field is a damage there. `NO_QUOTE` ends no field.
    bareQuote: layout.allowsBareQuotes || !line.includes('"') ? NO_QUOTE : QUOTE,
  });
  if ('message' in fields) return err([{ file, ...fields }]);
  if (fields.rows === 0) return err([{ file, line: 2, column: 1, message: 'no rows under the header' }]);
  return ok(createTable({ file, text, columns, fields }));
}

/** Without the empty lines behind the last row, which editors leave there; between rows they are refused. */
function withoutEmptyEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isLineEnd(text.charCodeAt(end - 1))) end--;
  const lineEnd = text.indexOf('\n', end);
  return lineEnd < 0 ? text : text.slice(0, lineEnd + 1);
}

const isLineEnd = (code: number): boolean => code === 10 || code === CARRIAGE_RETURN;

interface Fields {
  readonly rows: number;
  /** Of field (row, column) at row * width + column, without quotes. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

interface ScanJob {
  readonly text: string;
  readonly from: number;
  readonly width: number;
  readonly separator: number;
  /** The quote, where it may not stand inside a field without quotes. */
  readonly bareQuote: number;
}

type ScanProblem = Omit<Problem, 'file'>;

const QUOTE = 34;
/** A code that no character has. */
const NO_QUOTE = -1;
const CARRIAGE_RETURN = 13;

/** Scans by character code into two flat arrays: two million fields as strings would cost ten times the time. */
function scanFields({ text, from, width, separator, bareQuote }: ScanJob): Fields | ScanProblem {
  const capacity = countLines(text, from) * width;
  const starts = new Int32Array(capacity);
  const ends = new Int32Array(capacity);
  let row = 0;
  for (let start = from; start < text.length; row++) {
    const lineEnd = endOfLine(text, start);
    const end = text.charCodeAt(lineEnd - 1) === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd;
    const line = { text, separator, bareQuote, start, end, isOpen: lineEnd === text.length };
    const slice = [row * width, (row + 1) * width] as const;
    const fault = scanLine(line, starts.subarray(...slice), ends.subarray(...slice));
    if (fault !== undefined) return { line: row + 2, column: fault.at - start + 1, message: fault.message };
    start = lineEnd + 1;
  }
  return { rows: row, starts, ends };
}

interface Line extends Pick<ScanJob, 'text' | 'separator' | 'bareQuote'> {
  readonly start: number;
  /** Behind the last character, before the line end. */
  readonly end: number;
  /** Nothing ends it: the last line of a file that was cut off, or whose writer forgot the line end. */
  readonly isOpen: boolean;
}

interface Fault {
  readonly at: number;
  readonly message: string;
}

function scanLine(line: Line, starts: Int32Array, ends: Int32Array): Fault | undefined {
  const { text, separator, start, end, isOpen } = line;
  if (start === end) return { at: start, message: 'an empty line' };
  let found = 0;
  let at = start;
  let stray = -1;
  while (at <= end) {
    const isQuoted = text.charCodeAt(at) === QUOTE;
    const fieldEnd = isQuoted ? closingQuote(text, at + 1, end) : endOfField(line, at);
    if (fieldEnd < 0) return { at, message: isOpen ? CUT_OFF : 'this quote is not closed on its line' };
    let next = isQuoted ? fieldEnd + 1 : fieldEnd;
    const isStray = next < end && text.charCodeAt(next) !== separator;
    if (isStray && !isQuoted) return { at: next, message: STRAY_QUOTE };
    // A quote not doubled by its writer, `"RUE "X" Y"`: as in pandas the field goes on to the separator. A missing one,
    // `"RUE X;"5"`, looks alike, but then the line has a field too few and is refused below.
    if (isStray && stray < 0) stray = next;
    if (isStray) next = endOfField({ ...line, bareQuote: NO_QUOTE }, next);
    // Only a closing quote proves that an open line's last field is whole.
    if (next >= end && isOpen && !isQuoted) return { at: end, message: CUT_OFF };
    starts[found] = isQuoted ? at + 1 : at;
    // Writing past the end of a typed array does nothing: too many fields are refused below.
    ends[found] = isStray ? next : fieldEnd;
    found++;
    at = next + 1;
  }
  if (found === starts.length) return undefined;
  if (stray >= 0) return { at: stray, message: STRAY_QUOTE };
  return { at: end, message: isOpen ? CUT_OFF : `${found} fields, expected ${starts.length}` };
}

const UNENDED_HEADER = 'only a header, and its line does not end';
const STRAY_QUOTE = 'text behind a closing quote, or a quote inside a field without quotes';
const CUT_OFF = 'the last line is cut off';

function countLines(text: string, from: number): number {
  let lines = 1;
  for (let at = text.indexOf('\n', from); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** The position of the quote that ends a field, -1 if there is none; a doubled quote stands for one. */
function closingQuote(text: string, from: number, limit: number): number {
  for (let at = text.indexOf('"', from); at >= 0 && at < limit; at = text.indexOf('"', at + 2)) {
    if (text.charCodeAt(at + 1) !== QUOTE) return at;
  }
  return -1;
}

/** Stops at a quote too, where none may stand: the caller refuses it. */
function endOfField({ text, separator, bareQuote, end }: Line, from: number): number {
  let at = from;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === separator || code === bareQuote) break;
    at++;
  }
  return at;
}

interface TableParts {
  readonly file: string;
  readonly text: string;
  readonly columns: readonly string[];
  readonly fields: Fields;
}

function createTable({ file, text, columns, fields: { rows, starts, ends } }: TableParts): Table {
  const width = columns.length;
  return {
    file,
    rows,
    columns,
    column: (name) => {
      const index = columns.indexOf(name);
      if (index < 0) throw new Error(`${file} has no column ${name}`);
      return index;
    },
    cell: (row, column) => {
      const start = starts[row * width + column] ?? 0;
      const field = text.slice(start, ends[row * width + column] ?? 0);
      return field.includes('""') && text.charCodeAt(start - 1) === QUOTE ? field.replaceAll('""', '"') : field;
    },
    place: (row, column) => {
      const start = starts[row * width + column] ?? 0;
      const lineStart = text.lastIndexOf('\n', start - 1) + 1;
      return { file, line: row + 2, column: start - lineStart + 1 };
    },
  };
}
