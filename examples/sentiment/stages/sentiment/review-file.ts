/**
 * Reads a file of texts with labels, in the forms such collections come in:
 * `text<TAB>label` lines, CSV with a header, or a file for each label (`reviews.pos`, `neg.txt`).
 *
 * Works on bytes and the file's name. Whatever has no label is refused by line: nothing is guessed at.
 */
import { err, ok } from '../../../../src/lib/result.ts';
import type { Checked, Problem } from '../../../../stages/lib/problem.ts';
import { parseCsv } from './csv.ts';
import { parseLabel, type Review } from './review.ts';

export interface ReviewFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}

export function parseReviews(source: ReviewFile): Checked<readonly Review[]> {
  const decoded = decode(source);
  if (!decoded.ok) return decoded;
  const { file } = source;
  const text = decoded.value;
  if (text.trim() === '') return err([{ file, message: 'is empty' }]);
  if (/^\s*<(!doctype|html)/i.test(text)) return err([{ file, line: 1, message: 'is a web page' }]);
  const label = labelInName(file);
  if (label !== undefined) return ok(linesOf(text).map((line) => ({ text: line.text, label })));
  return /\.csv$/i.test(file) ? parseTable(file, text) : parseLines(file, text);
}

/** `rt-polarity.pos`, `reviews-negative.txt`, `neg.txt`: the whole file has one label. */
export function labelInName(file: string): Review['label'] | undefined {
  const words = file.slice(file.lastIndexOf('/') + 1).split(/[-_. ]/);
  const labels = words.flatMap((word) => (/^(pos|neg|positive|negative)$/i.test(word) ? (parseLabel(word) ?? []) : []));
  return labels.length === 1 ? labels[0] : undefined;
}

function decode({ file, bytes }: ReviewFile): Checked<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    return ok(decoder.decode(bytes));
  } catch {
    // Latin-1 shows every byte as a character, so that lines can be counted.
    const lines = Buffer.from(bytes).toString('latin1').split('\n');
    const at = lines.findIndex((line) => !isUtf8(line));
    return err([{ file, line: at + 1, message: 'is not UTF-8' }]);
  }
}

function isUtf8(line: string): boolean {
  return !Buffer.from(line, 'latin1').toString('utf8').includes('\ufffd') || line.includes('\u00ef\u00bf\u00bd');
}

interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

/** Lines end with a line feed and nothing else: U+0085, U+2028 and form feeds stand inside real reviews. */
function linesOf(text: string): readonly Line[] {
  return text
    .split('\n')
    .map((line, i) => ({ text: line.replace(/\r$/, ''), number: i + 1 }))
    .filter((line) => line.text.trim() !== '');
}

function parseLines(file: string, text: string): Checked<readonly Review[]> {
  const [first, ...rest] = linesOf(text);
  const lines = first === undefined ? [] : isHeader(first.text) ? rest : [first, ...rest];
  const reviews: Review[] = [];
  const problems: Problem[] = [];
  for (const line of lines) {
    const tab = line.text.lastIndexOf('\t');
    const label = tab < 0 ? undefined : parseLabel(line.text.slice(tab + 1));
    if (label !== undefined) reviews.push({ text: line.text.slice(0, tab), label });
    else if (tab < 0) problems.push({ file, line: line.number, message: NO_TAB });
    else problems.push({ file, line: line.number, column: tab + 2, message: NO_LABEL });
  }
  return problems.length > 0 ? err(problems.slice(0, MAX_PROBLEMS)) : ok(reviews);
}

/** `sentence<TAB>label`: a first line whose last cell is called a label and is none. */
const isHeader = (line: string): boolean => /\t\s*(label|sentiment|class|score|polarity)\s*$/i.test(line);

const NO_TAB = 'no tab: text<TAB>label is expected';
const NO_LABEL = 'a label is 0 or 1, or negative or positive';
/** A file of another kind has the same problem on each of its lines. */
const MAX_PROBLEMS = 5;

const TEXT_COLUMNS = ['text', 'sentence', 'review', 'phrase'];
const LABEL_COLUMNS = ['label', 'sentiment', 'class', 'score', 'polarity'];

function parseTable(file: string, text: string): Checked<readonly Review[]> {
  const records = parseCsv(file, text);
  if (!records.ok) return records;
  const [header, ...rows] = records.value;
  const names = (header?.cells ?? []).map((name) => name.trim().toLowerCase());
  const textAt = names.findIndex((name) => TEXT_COLUMNS.includes(name));
  const labelAt = names.findIndex((name) => LABEL_COLUMNS.includes(name));
  if (textAt < 0 || labelAt < 0) {
    const message = `a header with one of ${TEXT_COLUMNS.join(', ')} and one of ${LABEL_COLUMNS.join(', ')} is expected`;
    return err([{ file, line: 1, message }]);
  }
  const reviews: Review[] = [];
  const problems: Problem[] = [];
  for (const { cells, line } of rows) {
    const label = parseLabel(cells[labelAt] ?? '');
    if (cells.length !== names.length) {
      problems.push({ file, line, message: `${cells.length} cells, the header has ${names.length}` });
    } else if (label === undefined) problems.push({ file, line, message: NO_LABEL });
    else reviews.push({ text: cells[textAt] ?? '', label });
  }
  return problems.length > 0 ? err(problems.slice(0, MAX_PROBLEMS)) : ok(reviews);
}
