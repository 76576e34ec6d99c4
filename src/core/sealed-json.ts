/**
 * JSON in lines, sealed by a last line `entry` that is the digest of all the text before it: what was
 * merged by hand or torn by a power cut does not match it. Believed whole or not at all.
 */
import { digestOf } from '../lib/digest.ts';
import { isRecord, type JsonRecord, parseJson } from '../lib/parse-json.ts';

export type Unsealed =
  | { readonly kind: 'sealed'; readonly text: string }
  /** JSON, but not what we wrote. */
  | { readonly kind: 'altered' }
  /** Conflict markers or no JSON: a person has to choose. */
  | { readonly kind: 'conflict'; readonly problem: string };

const SEAL = '  "entry": "';
/** To the end of the text: the digest, a quotation mark, and the closing brace in a line of its own. */
const SEAL_LENGTH = SEAL.length + 64 + '"\n}\n'.length;

/** `lines`: from the opening brace to the last member, which ends in a comma. */
export function seal(lines: readonly string[]): string {
  const text = `${lines.join('\n')}\n`;
  return `${text}${SEAL}${digestOf(text)}"\n}\n`;
}

export function unseal(raw: string): Unsealed {
  const text = raw.replaceAll('\r\n', '\n'); // a checkout with autocrlf changes no fact
  if (isSealed(text)) return { kind: 'sealed', text };
  if (/^(<{7}|={7}|>{7})/m.test(text)) return { kind: 'conflict', problem: 'it has conflict markers' };
  // Cut off, or zeros where bytes should be: a power cut, which nobody has to decide about.
  if (!text.trimEnd().endsWith('}') || text.includes('\0')) return { kind: 'altered' };
  return parseJson(text) === undefined ? { kind: 'conflict', problem: 'it is not valid JSON' } : { kind: 'altered' };
}

/** Of a text that is sealed. */
export function jsonOf(sealed: string): JsonRecord {
  const json = parseJson(sealed);
  if (!isRecord(json)) throw new Error('what was sealed is no record in JSON');
  return json;
}

function isSealed(text: string): boolean {
  const cut = text.length - SEAL_LENGTH;
  return text.startsWith(SEAL, cut) && text.slice(cut) === `${SEAL}${digestOf(text.slice(0, cut))}"\n}\n`;
}
