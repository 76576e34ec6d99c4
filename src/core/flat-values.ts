/**
 * Trees of values as flat lists of dotted keys, and what changed between two of them. For params and metrics alike.
 *
 * Pure. Lists are one value each, as in a params table. A value's type counts: 1 and 1.0 differ.
 */
import { canonicalJson, compareCodeUnits } from '../lib/canonical-json.ts';
import { isParamMap } from './param-path.ts';
import { encodeParam, type ParamValue } from './param-value.ts';

export type FlatValues = ReadonlyMap<string, ParamValue>;

export type ValueChange = 'added' | 'deleted' | 'modified' | 'unchanged';

export interface ChangedValue {
  readonly key: string;
  readonly change: ValueChange;
  /** Undefined: it was not there. */
  readonly was?: ParamValue;
  readonly now?: ParamValue;
}

/** `train.lr`; what is no mapping has the empty key. An empty mapping is a value. */
export function flattenValues(tree: ParamValue): FlatValues {
  const flat = new Map<string, ParamValue>();
  const add = (value: ParamValue, key: string): void => {
    if (!isParamMap(value) || Object.keys(value).length === 0) {
      flat.set(key, value);
      return;
    }
    for (const [name, member] of Object.entries(value)) add(member, key === '' ? name : `${key}.${name}`);
  };
  if (!isParamMap(tree) || Object.keys(tree).length > 0) add(tree, '');
  return flat;
}

/** Sorted by key, with what did not change. */
export function compareValues(
  was: FlatValues,
  now: FlatValues,
  isSame: (a: ParamValue, b: ParamValue) => boolean = sameValue,
): readonly ChangedValue[] {
  const keys = [...new Set([...was.keys(), ...now.keys()])].sort(compareCodeUnits);
  return keys.map((key) => {
    const [a, b] = [was.get(key), now.get(key)];
    if (a === undefined) return { key, change: 'added', ...(b !== undefined && { now: b }) };
    if (b === undefined) return { key, change: 'deleted', was: a };
    return { key, change: isSame(a, b) ? 'unchanged' : 'modified', was: a, now: b };
  });
}

export const sameValue = (a: ParamValue, b: ParamValue): boolean =>
  canonicalJson(encodeParam(a)) === canonicalJson(encodeParam(b));
