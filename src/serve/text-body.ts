/** A text in a body, checked by hand. Pure. */
import { err, ok, type Result } from '../lib/result.ts';
import { fault, type Fault } from './answer.ts';
import { forbidden, isObject, type Faults } from './predict-body.ts';

/** Code points, as Python counts. */
export const MAX_TEXT_LENGTH = 5000;

export function parseTextBody(value: unknown): Result<string, Faults> {
  if (!isObject(value)) return err([fault('model_type', ['body'], 'Input should be an object')]);
  const extra = Object.keys(value).filter((key) => key !== 'text');
  const { text } = value;
  const missing = text === undefined ? [fault('missing', ['body', 'text'], 'Field required')] : [];
  if (extra.length > 0) return err([...missing, ...extra.map((key) => forbidden(['body'], key))]);
  return text === undefined ? err(missing) : parseText(text, ['body', 'text']);
}

export function parseText(text: unknown, loc: Fault['loc']): Result<string, Faults> {
  if (typeof text !== 'string') return err([fault('string_type', loc, 'Input should be a valid string')]);
  if (text === '') return err([fault('string_too_short', loc, 'String should have at least 1 character')]);
  if (lengthOf(text) > MAX_TEXT_LENGTH)
    return err([fault('string_too_long', loc, `String should have at most ${MAX_TEXT_LENGTH} characters`)]);
  // Half a character is no text: it could be neither stored nor sent back as it came.
  if (/\p{Surrogate}/u.test(text)) return err([fault('string_unicode', loc, 'Input should be valid Unicode')]);
  return ok(text);
}

/** Counted only where it decides: a character takes one or two code units. */
function lengthOf(text: string): number {
  const isClear = text.length <= MAX_TEXT_LENGTH || text.length > 2 * MAX_TEXT_LENGTH;
  return isClear ? text.length : Array.from(text).length;
}
