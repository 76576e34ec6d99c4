/**
 * `application/x-www-form-urlencoded`, read strictly. Pure.
 *
 * Invariant: no key twice (RFC 6749 §3.2), so that no two readers can take different ones.
 */
import { err, ok, type Result } from '../lib/result.ts';
import { fault, type Fault } from './answer.ts';

export function parseForm(text: string): Result<ReadonlyMap<string, string>, Fault> {
  const fields = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const key = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = decode(equals < 0 ? '' : pair.slice(equals + 1));
    if (key === undefined || value === undefined)
      return err(fault('form_invalid', ['body'], 'The form is not valid percent-encoded UTF-8'));
    if (fields.has(key)) return err(fault('key_duplicate', ['body'], 'A field occurs twice'));
    fields.set(key, value);
  }
  return ok(fields);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
