/**
 * CSV (RFC 4180) as it comes: text in pieces of any size, records out. Takes LF and CRLF, quotes, and line
 * ends within quotes. Pure.
 *
 * Throws a `BrokenFile` where a quote is never closed, which would make all that follows one cell, or a record is
 * too long to be one.
 */
import { BrokenFile, MAX_ROW_LENGTH, rowTooLong } from './broken-file.ts';

export interface CsvRecord {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvRecords {
  /** The records that are complete now. */
  push(text: string): readonly CsvRecord[];
  /** What was left without a line end; undefined: nothing. */
  end(): CsvRecord | undefined;
}

type Place = 'start' | 'plain' | 'quoted' | 'after-quote';

export function createCsvRecords(): CsvRecords {
  let cells: string[] = [];
  let cell = '';
  let place: Place = 'start';
  let line = 1;
  let startedAt = 1;
  let quotedAt = 1;
  let length = 0;

  const endCell = (): void => {
    cells.push(cell);
    cell = '';
    place = 'start';
  };
  const endRecord = (): CsvRecord | undefined => {
    endCell();
    const record = { line: startedAt, cells };
    cells = [];
    startedAt = line;
    length = 0;
    // An empty line is no record.
    return record.cells.length === 1 && record.cells[0] === '' ? undefined : record;
  };
  const take = (character: string): CsvRecord | undefined => {
    if (++length > MAX_ROW_LENGTH) throw place === 'quoted' ? neverClosed(quotedAt) : rowTooLong(startedAt);
    if (character === '\n') line++;
    if (place === 'quoted') {
      if (character === '"') place = 'after-quote';
      else cell += character;
      return undefined;
    }
    if (character === '"' && place !== 'plain') {
      if (place === 'after-quote') cell += '"';
      place = 'quoted';
      quotedAt = line;
      return undefined;
    }
    if (character === '\n') return endRecord();
    if (character === ',') endCell();
    else if (character !== '\r') {
      cell += character;
      place = 'plain';
    }
    return undefined;
  };

  return {
    push(text) {
      const records: CsvRecord[] = [];
      for (const character of text) {
        const record = take(character);
        if (record !== undefined) records.push(record);
      }
      return records;
    },
    end() {
      if (place === 'quoted') throw neverClosed(quotedAt);
      return cells.length === 0 && cell === '' ? undefined : endRecord();
    },
  };
}

const neverClosed = (line: number): BrokenFile =>
  new BrokenFile(`the quote that opens in line ${line} of the file is never closed`);
