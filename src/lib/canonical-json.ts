/**
 * JSON with one spelling for one value, because these bytes are hashed.
 *
 * As RFC 8785: no white space, keys ordered by UTF-16 code unit (JavaScript's own `<`),
 * numbers as JavaScript prints them. Knows nothing of what the values mean.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Throws on a number JSON cannot say: a caller that can meet one encodes it first. */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`no JSON for ${value}`);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return isArray(value) ? canonicalArray(value) : canonicalObject(value);
}

// For every stage of every run, in code that is cold: a plain loop costs a fraction of a chain of array methods.
function canonicalArray(items: readonly Json[]): string {
  let text = '';
  for (const item of items) text += text === '' ? canonicalJson(item) : `,${canonicalJson(item)}`;
  return `[${text}]`;
}

function canonicalObject(record: { readonly [key: string]: Json }): string {
  let text = '';
  for (const [key, member] of Object.entries(record).sort(([a], [b]) => compareCodeUnits(a, b)))
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  return `{${text}}`;
}

/** The one order for whatever is hashed, stored or printed; `localeCompare` differs between machines. */
export function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);
