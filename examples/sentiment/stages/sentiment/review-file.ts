/**
 * Reads a file of texts with labels, in the forms such collections come in: `text<TAB>label` lines (or the other way
 * round), CSV with or without a header, JSON lines, fastText lines, or a file for each label (`reviews.pos`, `neg.txt`).
 *
 * Works on bytes and the file's name. Whatever has no label is refused by line; what had to be guessed is said.
 */
import { err, ok } from '../../../../src/lib/result.ts';
import type { Checked, Problem } from '../../../../stages/lib/problem.ts';
import { findColumns, LABEL_COLUMNS, TEXT_COLUMNS } from './columns.ts';
import { type CsvRecord, parseCsv, sniffSeparator } from './csv.ts';
import { decodeText } from './decode-text.ts';
import { looksLikeJson, parseJsonRecords } from './json-records.ts';
import { findLabelRule, type LabelRule } from './label-rule.ts';
import { parseLabel, type Review } from './review.ts';

export interface ReviewFile {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly say?: (text: string) => void;
}

export function parseReviews({ file, bytes, say = () => undefined }: ReviewFile): Checked<readonly Review[]> {
  const decoded = decodeText({ file, bytes, say });
  if (!decoded.ok) return decoded;
  const text = decoded.value;
  if (text.trim() === '') return err([{ file, message: 'is empty' }]);
  if (/^\s*<(!doctype|html)/i.test(text)) return err([{ file, line: 1, message: 'is a web page' }]);
  const label = labelInName(file);
  if (label !== undefined) return ok(linesOf(text).map((line) => ({ text: line.text, label })));
  const source = { file, text, say };
  if (looksLikeJson(text)) return parseTable(source, parseJsonRecords(file, text));
  if (/\.csv$/i.test(file)) return parseTable(source, parseCsv(file, text, sniffSeparator(text)));
  if (text.startsWith('__label__')) return parseLines(source, fastTextLine);
  const lines = linesOf(text);
  const hasTabs = lines.some((line) => line.text.includes('\t'));
  const separator = sniffSeparator(text);
  if (!hasTabs && separator !== ',' && findColumns(recordsOf(file, text, separator)) !== undefined) {
    return parseTable(source, parseCsv(file, text, separator));
  }
  if (!hasTabs && findColumns(recordsOf(file, text, ',')) !== undefined)
    return parseTable(source, parseCsv(file, text, ','));
  return parseLines(source, lines.every(isLabelFirst) ? labelFirstLine : labelLastLine);
}

/** `rt-polarity.pos`, `reviews-negative.txt`, `neg.txt`: the whole file has one label. */
export function labelInName(file: string): Review['label'] | undefined {
  const words = file.slice(file.lastIndexOf('/') + 1).split(/[-_. ]/);
  const labels = words.flatMap((word) => (/^(pos|neg|positive|negative)$/i.test(word) ? (parseLabel(word) ?? []) : []));
  return labels.length === 1 ? labels[0] : undefined;
}

interface Source {
  readonly file: string;
  readonly text: string;
  readonly say: (text: string) => void;
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

/** Label and text of a line, and where its label begins; undefined when it has none. */
type SplitLine = (line: string) => { readonly label: string; readonly text: string; readonly at: number } | undefined;

const labelLastLine: SplitLine = (line) => {
  const tab = line.lastIndexOf('\t');
  return tab < 0 ? undefined : { label: line.slice(tab + 1), text: line.slice(0, tab), at: tab + 1 };
};

const labelFirstLine: SplitLine = (line) => {
  const tab = line.indexOf('\t');
  return tab < 0 ? undefined : { label: line.slice(0, tab), text: line.slice(tab + 1), at: 0 };
};

const fastTextLine: SplitLine = (line) => {
  const [, label, text] = /^__label__(\S+)\s+(.*)$/.exec(line) ?? [];
  return label === undefined || text === undefined ? undefined : { label, text, at: 0 };
};

/** Only where a label stands in front and none at the end. */
function isLabelFirst({ text }: Line): boolean {
  const [front, back] = [labelFirstLine(text), labelLastLine(text)];
  return front !== undefined && parseLabel(front.label) !== undefined && parseLabel(back?.label ?? '') === undefined;
}

function parseLines({ file, text, say }: Source, split: SplitLine): Checked<readonly Review[]> {
  const [first, ...rest] = linesOf(text);
  const lines = first === undefined ? [] : isHeader(first.text) ? rest : [first, ...rest];
  const labelOf = ruleFor(
    lines.map((line) => split(line.text)?.label ?? ''),
    file,
    say,
  );
  const reviews: Review[] = [];
  const problems: Problem[] = [];
  for (const line of lines) {
    const parts = split(line.text);
    const label = parts === undefined ? undefined : labelOf(parts.label);
    if (parts === undefined) problems.push({ file, line: line.number, message: NO_TAB });
    else if (label !== undefined) reviews.push({ text: parts.text, label });
    else problems.push({ file, line: line.number, column: parts.at + 1, message: NO_LABEL });
  }
  return problems.length > 0 ? err(problems.slice(0, MAX_PROBLEMS)) : ok(reviews);
}

/** `sentence<TAB>label`: a first line whose last cell is called a label and is none. */
const isHeader = (line: string): boolean => /\t\s*(label|sentiment|class|score|polarity)\s*$/i.test(line);

const NO_TAB = 'no tab: text<TAB>label is expected';
const NO_LABEL = 'a label is 0 or 1, or negative or positive, or one of two values that the whole file has';
/** A file of another kind has the same problem on each of its lines. */
const MAX_PROBLEMS = 5;

function ruleFor(values: readonly string[], file: string, say: (text: string) => void): LabelRule {
  const { labelOf, note } = findLabelRule(values);
  if (note !== undefined) say(`${file}: ${note}`);
  return labelOf;
}

function recordsOf(file: string, text: string, separator: string): readonly CsvRecord[] {
  const parsed = parseCsv(file, text, separator);
  return parsed.ok ? parsed.value : [];
}

function parseTable({ file, say }: Source, records: Checked<readonly CsvRecord[]>): Checked<readonly Review[]> {
  if (!records.ok) return records;
  const columns = findColumns(records.value);
  if (columns === undefined) {
    const message = `a header with one of ${TEXT_COLUMNS.join(', ')} and one of ${LABEL_COLUMNS.join(', ')} is expected`;
    return err([{ file, line: 1, message }]);
  }
  const width = records.value[0]?.cells.length ?? 0;
  const rows = columns.hasHeader ? records.value.slice(1) : records.value;
  const labelOf = ruleFor(
    rows.map(({ cells }) => cells[columns.label] ?? ''),
    file,
    say,
  );
  const reviews: Review[] = [];
  const problems: Problem[] = [];
  for (const { cells, line } of rows) {
    const label = labelOf(cells[columns.label] ?? '');
    if (cells.length !== width) {
      problems.push({ file, line, message: `${cells.length} cells, the header has ${width}` });
    } else if (label === undefined) problems.push({ file, line, message: NO_LABEL });
    else reviews.push({ text: cells[columns.text] ?? '', label });
  }
  return problems.length > 0 ? err(problems.slice(0, MAX_PROBLEMS)) : ok(reviews);
}
