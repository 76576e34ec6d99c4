/**
 * The body of a batch: up to 100 rows, records or texts. Pure.
 *
 * Invariant: one bad item refuses all, and its fault says which one it is.
 */
import { err, ok, type Result } from '../lib/result.ts';
import { fault, type Fault } from './answer.ts';
import { forbidden, isObject, parseFeatures, parseRecord, type Faults, type PredictRequest } from './predict-body.ts';
import type { ServedTable } from './served-model.ts';
import { parseText } from './text-body.ts';

export const MAX_BATCH = 100;

const TABLE_KEYS = ['features', 'records'];

export function parseRowBatch(
  value: unknown,
  { inputs }: Pick<ServedTable, 'inputs'>,
): Result<readonly PredictRequest[], Faults> {
  const list = readList(value, TABLE_KEYS);
  if (!list.ok) return list;
  const { key, items } = list.value;
  const parse = key === 'features' ? parseFeatures : parseRecord;
  return collect(items.map((item, i) => parse(item, inputs, ['body', key, i])));
}

export function parseTextBatch(value: unknown): Result<readonly string[], Faults> {
  const list = readList(value, ['texts']);
  return list.ok ? collect(list.value.items.map((item, i) => parseText(item, ['body', 'texts', i]))) : list;
}

interface ItemList {
  readonly key: string;
  readonly items: readonly unknown[];
}

/** Exactly one of the keys, with 1 to 100 items. */
function readList(value: unknown, keys: readonly string[]): Result<ItemList, Faults> {
  if (!isObject(value)) return err([fault('model_type', ['body'], 'Input should be an object')]);
  const given = Object.keys(value);
  const extra = given.filter((key) => !keys.includes(key));
  if (extra.length > 0) return err(extra.map((key) => forbidden(['body'], key)));
  const [key, second] = given;
  if (key === undefined) return err([fault('missing', ['body', keys[0] ?? ''], 'Field required')]);
  if (second !== undefined) return err([fault('value_error', ['body'], `Give either ${keys.join(' or ')}, not both`)]);
  const items = value[key];
  if (!Array.isArray(items)) return err([fault('list_type', ['body', key], 'Input should be a valid list')]);
  const wrong = lengthFault(['body', key], items.length);
  return wrong === undefined ? ok({ key, items }) : err([wrong]);
}

function lengthFault(loc: Fault['loc'], given: number): Fault | undefined {
  if (given === 0) return fault('too_short', loc, 'List should have at least 1 item after validation, not 0');
  if (given <= MAX_BATCH) return undefined;
  return fault('too_long', loc, `List should have at most ${MAX_BATCH} items after validation, not ${given}`);
}

function collect<T>(results: readonly Result<T, Faults>[]): Result<readonly T[], Faults> {
  const faults = results.flatMap((result) => (result.ok ? [] : result.error));
  return faults.length > 0 ? err(faults) : ok(results.flatMap((result) => (result.ok ? [result.value] : [])));
}
