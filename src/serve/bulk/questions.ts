/**
 * What a row of a file asks a model: the same as /predict takes, or in a CSV one column an input. Columns
 * and keys that the model does not know are the caller's own in a CSV and refused in JSON. Pure.
 */
import { err, ok, type Result } from '../../lib/result.ts';
import type { InputSpec } from '../../ml/model.ts';
import type { Fault } from '../answer.ts';
import { isObject, parseFeatures, parsePredictBody, parseRecord } from '../predict-body.ts';
import { parseStrictJson } from '../strict-json.ts';
import { parseText, parseTextBody } from '../text-body.ts';
import type { RowContent } from './rows.ts';

/** As much of a model as questions need. */
export type Asked = { readonly kind: 'table'; readonly inputs: readonly InputSpec[] } | { readonly kind: 'text' };

export type BulkQuestion =
  | { readonly kind: 'table'; readonly row: Float64Array }
  | { readonly kind: 'text'; readonly text: string };

/** The error says what is wrong with the row. */
export type ReadQuestion = (content: RowContent) => Result<BulkQuestion, string>;

/** The error says which columns the file would need, or has twice. */
export function createReadQuestion(asked: Asked, header: readonly string[] | undefined): Result<ReadQuestion, string> {
  const needed = asked.kind === 'text' ? ['text'] : asked.inputs.map(({ name }) => name);
  const places = needed.map((name) => header?.indexOf(name) ?? -1);
  const missing = header === undefined ? [] : needed.filter((_, i) => (places[i] ?? -1) < 0);
  if (missing.length > 0) return err(`the file has no column ${firstOf(missing)}`);
  const twice = needed.filter((name, i) => header !== undefined && header.lastIndexOf(name) !== places[i]);
  if (twice.length > 0) return err(`the file has twice the column ${firstOf(twice)}`);
  return ok((content) =>
    content.kind === 'json' ? readJson(asked, content.text) : readCells(asked, content.cells, { places, header }),
  );
}

const firstOf = (names: readonly string[]): string =>
  names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');

interface Columns {
  readonly places: readonly number[];
  readonly header: readonly string[] | undefined;
}

function readCells(asked: Asked, cells: readonly string[], { places, header }: Columns): Result<BulkQuestion, string> {
  if (cells.length !== header?.length) return err(`has ${cells.length} cells, the header ${header?.length}`);
  if (asked.kind === 'text') return toText(parseText(cells[places[0] ?? 0], ['text']));
  const record = asked.inputs.map(({ name }, i): [string, unknown] => [name, toValue(cells[places[i] ?? 0] ?? '')]);
  return toRow(parseRecord(Object.fromEntries(record), asked.inputs, []));
}

/** What is no number stays text, and is refused as such. */
const toValue = (cell: string): unknown => {
  const text = cell.trim();
  if (text === '') return null;
  return NUMBER.test(text) ? Number(text) : text;
};

/** A number as text. */
export const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function readJson(asked: Asked, text: string): Result<BulkQuestion, string> {
  const json = parseStrictJson(text);
  if (!json.ok) return err(json.error.msg);
  const { value } = json;
  if (asked.kind === 'text') return toText(isObject(value) ? parseTextBody(value) : parseText(value, ['text']));
  if (Array.isArray(value)) return toRow(parseFeatures(value, asked.inputs, []));
  const isQuestion = isObject(value) && ('features' in value || 'record' in value);
  return toRow(isQuestion ? parsePredictBody(value, asked.inputs) : parseRecord(value, asked.inputs, []));
}

function toText(text: Result<string, readonly Fault[]>): Result<BulkQuestion, string> {
  return text.ok ? ok({ kind: 'text', text: text.value }) : err(sentenceOf(text.error));
}

function toRow(parsed: Result<{ readonly row: Float64Array }, readonly Fault[]>): Result<BulkQuestion, string> {
  return parsed.ok ? ok({ kind: 'table', row: parsed.value.row }) : err(sentenceOf(parsed.error));
}

/** `hour: Field required; lat: …`, three at most. */
function sentenceOf(faults: readonly Fault[]): string {
  const told = faults.slice(0, 3).map(({ loc, msg }) => {
    const place = loc.filter((step) => step !== 'body').join('.');
    return place === '' ? msg : `${place}: ${msg}`;
  });
  return told.join('; ') + (faults.length > 3 ? `; and ${faults.length - 3} more` : '');
}
