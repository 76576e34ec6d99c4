/**
 * Rows of numbers in a body, checked by hand: a schema library would cost more than the model itself.
 * `predictSchema` in serve/schemas says the same in zod, and a property test holds the two together.
 *
 * Invariant: a row has one number for each input, in the model's order; NaN only where null was allowed.
 */
import type { InputSpec } from '../ml/model.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { fault, type Fault } from './answer.ts';

export interface PredictRequest {
  readonly kind: 'features' | 'record';
  readonly row: Float64Array;
}

export type Faults = readonly Fault[];
export type Members = Readonly<Record<string, unknown>>;

export function parsePredictBody(value: unknown, inputs: readonly InputSpec[]): Result<PredictRequest, Faults> {
  if (!isObject(value)) return err([fault('model_type', ['body'], 'Input should be an object')]);
  const extra = Object.keys(value).filter((key) => key !== 'features' && key !== 'record');
  const { features, record } = value;
  if (extra.length > 0) return err(extra.map((key) => forbidden(['body'], key)));
  if (features !== undefined && record !== undefined)
    return err([fault('value_error', ['body'], 'Give either features or record, not both')]);
  if (record !== undefined) return parseRecord(record, inputs, ['body', 'record']);
  return features === undefined
    ? err([fault('missing', ['body', 'features'], 'Field required')])
    : parseFeatures(features, inputs, ['body', 'features']);
}

/** `loc` is where the value stands in the request. */
export type ParseRow = (
  value: unknown,
  inputs: readonly InputSpec[],
  loc: Fault['loc'],
) => Result<PredictRequest, Faults>;

export const parseFeatures: ParseRow = (features, { length }, loc) => {
  if (!Array.isArray(features)) return err([fault('list_type', loc, 'Input should be a valid list')]);
  if (features.length !== length) return err([lengthFault(loc, features.length, length)]);
  const row = new Float64Array(length);
  let areFinite = true;
  for (let i = 0; i < length; i++) {
    const value: unknown = features[i];
    areFinite &&= typeof value === 'number' && Number.isFinite(value);
    row[i] = typeof value === 'number' ? value : Number.NaN;
  }
  if (areFinite) return ok({ kind: 'features', row });
  return err(features.flatMap((value: unknown, i) => numberFault([...loc, i], value) ?? []));
};

export const parseRecord: ParseRow = (record, inputs, loc) => {
  if (!isObject(record)) return err([fault('dict_type', loc, 'Input should be a valid dictionary')]);
  const row = new Float64Array(inputs.length);
  const faults: Fault[] = [];
  for (const [i, { name, nullable }] of inputs.entries()) {
    const value = Object.hasOwn(record, name) ? record[name] : undefined;
    const isLeftOpen = nullable && value === null;
    const found = isLeftOpen ? undefined : recordFault([...loc, name], value);
    if (found !== undefined) faults.push(found);
    row[i] = typeof value === 'number' ? value : Number.NaN;
  }
  const names = new Set(inputs.map((input) => input.name));
  const extra = Object.keys(record).filter((key) => !names.has(key));
  faults.push(...extra.map((key) => forbidden(loc, key)));
  return faults.length === 0 ? ok({ kind: 'record', row }) : err(faults);
};

function recordFault(loc: Fault['loc'], value: unknown): Fault | undefined {
  return value === undefined ? fault('missing', loc, 'Field required') : numberFault(loc, value);
}

/** Strings that look like numbers and booleans are refused: they are a caller's mistake. */
function numberFault(loc: Fault['loc'], value: unknown): Fault | undefined {
  if (typeof value !== 'number') return fault('float_type', loc, 'Input should be a valid number');
  return Number.isFinite(value) ? undefined : fault('finite_number', loc, 'Input should be a finite number');
}

const lengthFault = (loc: Fault['loc'], given: number, expected: number): Fault =>
  given > expected
    ? fault('too_long', loc, `List should have at most ${expected} items after validation, not ${given}`)
    : fault('too_short', loc, `List should have at least ${expected} items after validation, not ${given}`);

/** Names the key only when it looks like one: whatever else was sent is not sent back. */
export function forbidden(loc: Fault['loc'], key: string): Fault {
  const shown = /^[A-Za-z_][\w-]{0,39}$/.test(key) ? [...loc, key] : loc;
  return fault('extra_forbidden', shown, 'Extra inputs are not permitted');
}

export const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
