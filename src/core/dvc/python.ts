/**
 * How Python writes numbers and when it takes two values for equal: what DVC wrote into dvc.lock, and
 * how DVC tells that a parameter changed, follow from that. Pure.
 */
import type { ParamValue } from '../param-value.ts';

/** `repr(float)`: the shortest digits, as JavaScript has them, but with other limits for the exponent. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 16) return positional(value, power);
  const sign = power < 0 ? '-' : '+';
  return `${digits}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** JavaScript writes an exponent only below 1e-6 and from 1e21 on: between, its text is Python's but for `.0`. */
function positional(value: number, power: number): string {
  const text = power < -6 ? value.toFixed(-power) : String(value);
  return text.includes('.') ? text : `${text}.0`;
}

/** DVC's YAML takes underscores in numbers, which YAML 1.2 leaves a text. Undefined: none of those. */
export function spacedNumber(text: string): bigint | number | undefined {
  if (!/^[-+]?\d[\d_]*(\.[\d_]*)?(e[-+]?\d+)?$/i.test(text) || !text.includes('_')) return undefined;
  const plain = text.replaceAll('_', '').replace(/^\+/, '');
  return /^-?\d+$/.test(plain) ? BigInt(plain) : Number(plain);
}

/**
 * Python's `==`: `1`, `1.0` and `True` are one, `"1"` is another; NaN equals nothing, not even itself. A number
 * against a text with underscores, `1_000`, is a number that pipe reads as a text: what it is to DVC counts.
 */
export function samePython(a: ParamValue, b: ParamValue): boolean {
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left !== undefined || right !== undefined) {
    const [one, other] = [left ?? spaced(a), right ?? spaced(b)];
    return one !== undefined && other !== undefined && sameNumber(one, other);
  }
  if (a === null || b === null || typeof a === 'string' || typeof b === 'string') return a === b;
  if (isList(a) || isList(b))
    return (
      isList(a) && isList(b) && a.length === b.length && a.every((item, index) => samePython(item, b[index] ?? null))
    );
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  const [these, those] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    these.length === those.size &&
    these.every(([key, value]) => those.has(key) && samePython(value, those.get(key) ?? null))
  );
}

const spaced = (value: ParamValue) => (typeof value === 'string' ? spacedNumber(value) : undefined);

function numberOf(value: ParamValue): bigint | number | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}

/** JavaScript's `==` compares a bigint with a number exactly, as Python does. */
// biome-ignore lint/suspicious/noDoubleEquals: `===` is false for 1n and 1
const sameNumber = (a: bigint | number, b: bigint | number): boolean => a == b;

const isList = (value: ParamValue): value is readonly ParamValue[] => Array.isArray(value);
