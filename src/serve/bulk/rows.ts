/**
 * The rows of a long file, one after the other, however long it is: CSV with a header, or a JSON value a
 * line. Knows nothing of models. Pure but for what it is given to read.
 */
import { BrokenFile, MAX_ROW_LENGTH, rowTooLong } from './broken-file.ts';
import type { CsvRecord } from './csv-records.ts';
import { createCsvRecords } from './csv-records.ts';

export type BulkFormat = 'csv' | 'ndjson';

export interface BulkRow {
  /** From 1; a CSV's header does not count. */
  readonly row: number;
  /** In the file, from 1. */
  readonly line: number;
  readonly content: RowContent;
}

export type RowContent =
  | { readonly kind: 'cells'; readonly cells: readonly string[] }
  | { readonly kind: 'json'; readonly text: string };

export interface BulkFile {
  /** Of a CSV; of NDJSON there is none. */
  readonly header: readonly string[] | undefined;
  readonly rows: AsyncGenerator<BulkRow>;
}

/** Throws a `BrokenFile`, here or while the rows are read. */
export async function readBulk(bytes: AsyncIterable<Uint8Array>, format: BulkFormat): Promise<BulkFile> {
  if (format === 'ndjson') return { header: undefined, rows: numbered(jsonLines(decode(bytes))) };
  const records = csvRecords(decode(bytes));
  const first = await records.next();
  return {
    header: first.done === true ? [] : first.value.cells.map((name) => name.trim()),
    rows: numbered(toContent(records)),
  };
}

type Unnumbered = Omit<BulkRow, 'row'>;

async function* numbered(rows: AsyncIterable<Unnumbered>): AsyncGenerator<BulkRow> {
  let row = 0;
  for await (const { line, content } of rows) yield { row: ++row, line, content };
}

/** A mark at the start that says UTF-8 is taken off. */
async function* decode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decodeNext = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new BrokenFile('the file is not valid UTF-8');
    }
  };
  for await (const chunk of bytes) yield decodeNext(chunk);
  yield decodeNext();
}

async function* csvRecords(texts: AsyncIterable<string>): AsyncGenerator<CsvRecord> {
  const records = createCsvRecords();
  for await (const text of texts) yield* records.push(text);
  const last = records.end();
  if (last !== undefined) yield last;
}

async function* toContent(records: AsyncIterable<CsvRecord>): AsyncGenerator<Unnumbered> {
  for await (const { line, cells } of records) yield { line, content: { kind: 'cells', cells } };
}

async function* jsonLines(texts: AsyncIterable<string>): AsyncGenerator<Unnumbered> {
  let line = 0;
  let rest = '';
  for await (const text of texts) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_ROW_LENGTH) throw rowTooLong(line + lines.length + 1);
    for (const one of lines) {
      line++;
      if (one.trim() !== '') yield { line, content: { kind: 'json', text: one } };
    }
  }
  if (rest.trim() !== '') yield { line: line + 1, content: { kind: 'json', text: rest } };
}
