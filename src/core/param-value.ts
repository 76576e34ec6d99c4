/**
 * The value of a parameter, with its type: `1` and `1.0` are two values, since a program
 * that reads them may act differently. Integers are bigint, floats are number.
 *
 * Plain JSON cannot tell them apart, so `encodeParam` tags the few values it would confuse.
 * Invariant: `decodeParam(encodeParam(v))` is v, and different values have different encodings.
 */
import type { Json } from '../lib/canonical-json.ts';

export type ParamValue =
  | null
  | boolean
  | string
  | bigint
  | number
  | readonly ParamValue[]
  | { readonly [key: string]: ParamValue };

/** The three one-key mappings that mean something else than a mapping. */
const TAGS = ['int', 'float', 'map'] as const;

export function encodeParam(value: ParamValue): Json {
  if (typeof value === 'bigint') return encodeInteger(value);
  if (typeof value === 'number') return encodeFloat(value);
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(encodeParam);
  const members = Object.entries(value).map(([key, member]) => [key, encodeParam(member)] as const);
  return isTag(Object.keys(value))
    ? { map: members.map(([key, member]) => [key, member]) }
    : Object.fromEntries(members);
}

export function decodeParam(json: Json): ParamValue {
  if (typeof json === 'number') return Number.isInteger(json) ? BigInt(json) : json;
  if (json === null || typeof json !== 'object') return json;
  if (isList(json)) return json.map(decodeParam);
  const keys = Object.keys(json);
  return isTag(keys)
    ? decodeTagged(json)
    : Object.fromEntries(Object.entries(json).map(([k, v]) => [k, decodeParam(v)] as const));
}

/** As people write it, for reasons and tables: strings quoted only when they would read as something else. */
export function renderParam(value: ParamValue): string {
  if (typeof value === 'number') return floatText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string')
    return /^[A-Za-z_./][\w./ -]*$/.test(value) && !WORDS.has(value) ? value : JSON.stringify(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (isList(value)) return `[${value.map(renderParam).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, member]) => `${key}: ${renderParam(member)}`)
    .join(', ')}}`;
}

export function paramType(value: ParamValue): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'object') return isList(value) ? 'list' : 'mapping';
  return typeof value;
}

const WORDS = new Set(['null', 'true', 'false']);

function encodeInteger(value: bigint): Json {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : { int: value.toString() };
}

function encodeFloat(value: number): Json {
  return Number.isFinite(value) && !Number.isInteger(value) ? value : { float: floatText(value) };
}

/** Always with a point, an exponent or a name: never to be taken for an integer. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function decodeTagged(json: { readonly [key: string]: Json }): ParamValue {
  const { int, float, map } = json;
  if (typeof int === 'string') return BigInt(int);
  if (typeof float === 'string') return parseFloatText(float);
  const members = Array.isArray(map) ? (map as readonly (readonly [string, Json])[]) : [];
  return Object.fromEntries(members.map(([key, member]) => [key, decodeParam(member)] as const));
}

function parseFloatText(text: string): number {
  if (text === '.nan') return Number.NaN;
  if (text === '.inf') return Number.POSITIVE_INFINITY;
  return text === '-.inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

const isTag = (keys: readonly string[]): boolean => keys.length === 1 && TAGS.some((tag) => tag === keys[0]);
const isList = <T>(value: readonly T[] | object): value is readonly T[] => Array.isArray(value);
