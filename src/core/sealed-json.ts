/**
 * JSON in lines, sealed by a last line `entry` that is the digest of all the text before it: what was
 * merged by hand or torn by a power cut does not match it. Believed whole or not at all.
 */
import type { Json } from '../lib/canonical-json.ts';
import { digestOf } from '../lib/digest.ts';

export type JsonRecord = { readonly [key: string]: Json };

export type Unsealed =
  | { readonly kind: 'sealed'; readonly json: JsonRecord }
  /** JSON, but not what we wrote. */
  | { readonly kind: 'altered' }
  /** Conflict markers or no JSON: a person has to choose. */
  | { readonly kind: 'conflict'; readonly problem: string };

const SEAL = '  "entry": "';

/** `lines`: from the opening brace to the last member, which ends in a comma. */
export function seal(lines: readonly string[]): string {
  const text = `${lines.join('\n')}\n`;
  return `${text}${SEAL}${digestOf(text)}"\n}\n`;
}

export function unseal(raw: string): Unsealed {
  const text = raw.replaceAll('\r\n', '\n'); // a checkout with autocrlf changes no fact
  if (/^(<{7}|={7}|>{7})/m.test(text)) return { kind: 'conflict', problem: 'it has conflict markers' };
  // Cut off, or zeros where bytes should be: a power cut, which nobody has to decide about.
  if (!text.trimEnd().endsWith('}') || text.includes('\0')) return { kind: 'altered' };
  const json = parseJson(text);
  if (json === undefined) return { kind: 'conflict', problem: 'it is not valid JSON' };
  const cut = text.lastIndexOf(SEAL);
  const isOurs = cut >= 0 && text.slice(cut) === `${SEAL}${digestOf(text.slice(0, cut))}"\n}\n`;
  return isOurs && isRecord(json) ? { kind: 'sealed', json } : { kind: 'altered' };
}

export const isRecord = (value: Json | undefined): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseJson(text: string): Json | undefined {
  try {
    const json: Json = JSON.parse(text);
    return json;
  } catch {
    return undefined;
  }
}
