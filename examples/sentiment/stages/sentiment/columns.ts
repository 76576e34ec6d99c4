/**
 * Where in a table the texts and the labels stand: by the names in its header, or, when nobody named them, by what
 * they hold. Pure.
 */
import type { CsvRecord } from './csv.ts';
import { findLabelRule } from './label-rule.ts';

export interface Columns {
  readonly text: number;
  readonly label: number;
  readonly hasHeader: boolean;
}

export const TEXT_COLUMNS = ['text', 'sentence', 'review', 'phrase', 'tweet', 'comment', 'content', 'message', 'body'];
export const LABEL_COLUMNS = ['label', 'sentiment', 'class', 'score', 'polarity', 'target', 'category'];

export function findColumns(records: readonly CsvRecord[]): Columns | undefined {
  const names = (records[0]?.cells ?? []).map((name) => name.trim().toLowerCase());
  const text = names.findIndex((name) => TEXT_COLUMNS.includes(name));
  const label = names.findIndex((name) => LABEL_COLUMNS.includes(name));
  if (text >= 0 && label >= 0) return { text, label, hasHeader: true };
  return findByContent(records);
}

/** Fewer rows show nothing. */
const LEAST_ROWS = 20;

/** The only column of two labels, and beside it the one with the longest cells. */
function findByContent(records: readonly CsvRecord[]): Columns | undefined {
  const [first, ...rest] = records;
  const width = first?.cells.length ?? 0;
  if (rest.length < LEAST_ROWS || width < 2 || rest.some(({ cells }) => cells.length !== width)) return undefined;
  const columns = Array.from({ length: width }, (_, column) => rest.map(({ cells }) => cells[column] ?? ''));
  const rules = columns.map(findLabelRule);
  const labels = columns.flatMap((values, column) =>
    new Set(values).size === 2 && values.every((value) => rules[column]?.labelOf(value) !== undefined) ? [column] : [],
  );
  const [label] = labels;
  if (labels.length !== 1 || label === undefined) return undefined;
  const lengths = columns.map((values, column) =>
    column === label ? -1 : values.reduce((sum, value) => sum + value.length, 0),
  );
  const text = lengths.indexOf(Math.max(...lengths));
  return { text, label, hasHeader: rules[label]?.labelOf(first?.cells[label] ?? '') === undefined };
}
