/**
 * `-S train.lr=0.1,0.2 -S train.depth=range(3,6)`: every combination, as lists of plain assignments. Pure.
 *
 * As Hydra, which DVC uses: commas separate values, `range(start, stop[, step])` leaves its stop out. A comma inside
 * brackets, braces or quotes belongs to the value. Whether a key exists is `params set`'s business.
 */
import { err, ok, type Result } from '../lib/result.ts';

/** More at once is a mistyped range. */
const MAX_POINTS = 10_000;

/** One list of `key=value` for each point, the last key changing fastest. The failure is a sentence. */
export function expandGrid(assignments: readonly string[]): Result<readonly (readonly string[])[], string> {
  let points: readonly (readonly string[])[] = [[]];
  const seen = new Set<string>();
  for (const assignment of assignments) {
    const [, key = '', written = ''] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
    if (key === '') return err(`\`${assignment}\` is no assignment: write key=value`);
    if (seen.has(key)) return err(`\`${key}\` is set twice: separate its values with commas`);
    seen.add(key);
    const values = valuesOf(written.trim());
    if (!values.ok) return err(`\`${assignment}\`: ${values.error}`);
    if (points.length * values.value.length > MAX_POINTS) return err(`that is more than ${MAX_POINTS} experiments`);
    points = points.flatMap((point) => values.value.map((value) => [...point, `${key}=${value}`]));
  }
  return ok(points);
}

function valuesOf(written: string): Result<readonly string[], string> {
  const values: string[] = [];
  for (const part of splitAtCommas(written)) {
    const [, inside] = /^range\((.*)\)$/.exec(part) ?? [];
    const expanded = inside === undefined ? ok([part]) : expandRange(inside);
    if (!expanded.ok) return expanded;
    values.push(...expanded.value);
  }
  return ok(values);
}

function splitAtCommas(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}

/** Exact: counted in the smallest decimal that any of the numbers has, so that 0.1, 0.2, 0.3 come out as written. */
function expandRange(inside: string): Result<readonly string[], string> {
  const written = inside.split(',').map((part) => part.trim());
  if (written.length < 2 || written.length > 3 || !written.every((part) => /^-?\d+(\.\d+)?$/.test(part)))
    return err('write range(start, stop) or range(start, stop, step), with numbers');
  const decimals = Math.max(...written.map((part) => (part.split('.')[1] ?? '').length));
  const [start = 0n, stop = 0n, step = 10n ** BigInt(decimals)] = written.map((part) => scaled(part, decimals));
  if (step === 0n || step > 0n !== stop > start) return err('the range holds nothing');
  const values: string[] = [];
  for (let at = start; step > 0n ? at < stop : at > stop; at += step) {
    if (values.length === MAX_POINTS) return err(`that is more than ${MAX_POINTS} experiments`);
    values.push(unscaled(at, decimals));
  }
  return ok(values);
}

function scaled(written: string, decimals: number): bigint {
  const [whole = '', fraction = ''] = written.split('.');
  return BigInt(`${whole}${fraction.padEnd(decimals, '0')}`);
}

/** Always with its decimals: in a range of floats 1.0 is no integer. */
function unscaled(value: bigint, decimals: number): string {
  if (decimals === 0) return value.toString();
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const fraction = digits.slice(-decimals).replace(/0+$/, '') || '0';
  return `${value < 0n ? '-' : ''}${digits.slice(0, -decimals)}.${fraction}`;
}
