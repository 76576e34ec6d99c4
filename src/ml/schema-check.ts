/**
 * Small checks of parsed JSON that answer with the first problem or with nothing, so that they chain with `??`.
 * By hand because a schema library costs more to load than a model to check.
 */
import type { ModelProblem } from './model-problem.ts';

export type Found = ModelProblem | undefined;
export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function mismatch(path: string, expected: string, value: unknown): ModelProblem {
  const message = path === '' ? `expected ${expected}` : `${path}: expected ${expected}, found ${describe(value)}`;
  return { code: 'schema', message, path };
}

export function text(value: unknown, path: string): Found {
  return typeof value === 'string' && value !== '' ? undefined : mismatch(path, 'a text', value);
}

/** 1e999 is valid JSON and reads as Infinity; null stands where NaN was written. */
export function number(value: unknown, path: string): Found {
  if (typeof value !== 'number') return mismatch(path, 'a number', value);
  return Number.isFinite(value) ? undefined : { code: 'not-finite', message: `${path} is not a finite number`, path };
}

export function integer(value: unknown, path: string, low: number, high: number): Found {
  const isWhole = typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
  return isWhole
    ? undefined
    : (numberIfNumber(value, path) ?? mismatch(path, `a whole number from ${low} to ${high}`, value));
}

export function between(value: unknown, path: string, low: number, high: number): Found {
  const found = number(value, path);
  if (found !== undefined || typeof value !== 'number') return found;
  return value >= low && value <= high ? undefined : mismatch(path, `a number from ${low} to ${high}`, value);
}

export function list(value: unknown, path: string, item: (value: unknown, path: string) => Found): Found {
  if (!Array.isArray(value)) return mismatch(path, 'a list', value);
  for (let i = 0; i < value.length; i++) {
    const found = item(value[i], `${path}[${i}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Keys that must be there, keys that may; any other key is refused: it would be silently lost. */
export function record(
  value: unknown,
  path: string,
  required: Readonly<Record<string, (value: unknown, path: string) => Found>>,
  optional: Readonly<Record<string, (value: unknown, path: string) => Found>> = {},
): Found {
  if (!isRecord(value)) return mismatch(path, 'an object', value);
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  for (const [key, check] of Object.entries(required)) {
    if (!Object.hasOwn(value, key)) return { code: 'schema', message: `${at(key)} is missing`, path: at(key) };
    const found = check(value[key], at(key));
    if (found !== undefined) return found;
  }
  for (const [key, member] of Object.entries(value)) {
    if (Object.hasOwn(required, key)) continue;
    const check = Object.hasOwn(optional, key) ? optional[key] : undefined;
    if (check === undefined)
      return { code: 'schema', message: `${at(key)} is not a key of this format`, path: at(key) };
    const found = check(member, at(key));
    if (found !== undefined) return found;
  }
  return undefined;
}

export function oneOf(value: unknown, path: string, allowed: readonly unknown[]): Found {
  return allowed.includes(value)
    ? undefined
    : mismatch(path, allowed.map((one) => JSON.stringify(one)).join(' or '), value);
}

/** Ascending, so that a binary search finds what it looks for. */
export function ascending(value: unknown, path: string): Found {
  const found = list(value, path, number);
  if (found !== undefined || !Array.isArray(value)) return found;
  const at = value.findIndex((item, i) => i > 0 && item <= value[i - 1]);
  return at < 0 ? undefined : mismatch(`${path}[${at}]`, 'a larger number than the one before', value[at]);
}

export function ofLength(value: unknown, path: string, length: number): Found {
  if (Array.isArray(value) && value.length === length) return undefined;
  return mismatch(path, `${length} entries`, value);
}

function numberIfNumber(value: unknown, path: string): Found {
  return typeof value === 'number' ? number(value, path) : undefined;
}

/** Never the value itself: a model file may hold people's data. */
function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'number' ? String(value) : `a ${typeof value}`;
}
