/**
 * What preprocess hands on: the texts and labels of either side as CSV, which pandas reads as it is. Used by
 * all later stages, so that all see the same texts.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok } from '../../../../src/lib/result.ts';
import type { Checked } from '../../../../stages/lib/problem.ts';
import { PREPROCESSED, readLabels } from '../../../../stages/lib/training-data.ts';
import { parseCsv, renderCsv } from './csv.ts';
import { LABEL, TEXT, type Review } from './review.ts';

export type Side = 'train' | 'test';

export interface LabelledTexts {
  readonly texts: readonly string[];
  /** 0 or 1, one a text. */
  readonly labels: Uint8Array;
}

export const textFile = (side: Side): string => join(PREPROCESSED, `X_${side}.csv`);
export const labelFile = (side: Side): string => join(PREPROCESSED, `y_${side}.csv`);

export function renderSide(side: Side, reviews: readonly Review[]): readonly (readonly [string, string])[] {
  return [
    [textFile(side), renderCsv([[TEXT], ...reviews.map(({ text }) => [text])])],
    [labelFile(side), renderCsv([[LABEL], ...reviews.map(({ label }) => [label])])],
  ];
}

export async function readLabelledTexts(side: Side): Promise<Checked<LabelledTexts>> {
  const file = textFile(side);
  const texts = parseTexts(file, await readFile(file, 'utf8'));
  if (!texts.ok) return texts;
  const labels = await readLabels(labelFile(side), { target: LABEL, rows: texts.value.length, of: file });
  return labels.ok ? ok({ texts: texts.value, labels: labels.value }) : labels;
}

/** One column of texts under its name. */
export function parseTexts(file: string, text: string): Checked<readonly string[]> {
  const records = parseCsv(file, text);
  if (!records.ok) return records;
  const [header, ...rows] = records.value;
  if (header?.cells.join() !== TEXT) return err([{ file, line: 1, message: `the header must be "${TEXT}"` }]);
  const wrong = rows.find(({ cells }) => cells.length !== 1);
  if (wrong === undefined) return ok(rows.map(({ cells }) => cells[0] ?? ''));
  const message = `${wrong.cells.length} cells: a text with a comma in it stands in quotes`;
  return err([{ file, line: wrong.line, message }]);
}
