/** The few text fields of a body that may be a form or JSON: what RFC 6749 and 7009 send, and what scripts do. */
import { err, ok, type Result } from '../lib/result.ts';
import { fault, type Fault } from './answer.ts';
import { parseForm } from './form.ts';
import { isObject } from './predict-body.ts';
import { isForm } from './request-body.ts';
import { parseStrictJson } from './strict-json.ts';

/** The value of one field; others are ignored, as RFC 6749 asks. */
export function parseField(request: Request, body: string, name: string): Result<string, Fault> {
  const fields = isForm(request) ? parseForm(body) : parseObject(body);
  if (!fields.ok) return fields;
  const value = fields.value.get(name);
  if (value === undefined || value === '') return err(fault('missing', ['body', name], 'Field required'));
  if (typeof value !== 'string') return err(fault('string_type', ['body', name], 'Input should be a valid string'));
  return ok(value);
}

function parseObject(body: string): Result<ReadonlyMap<string, unknown>, Fault> {
  const json = parseStrictJson(body);
  if (!json.ok) return json;
  if (!isObject(json.value)) return err(fault('model_type', ['body'], 'Input should be an object'));
  return ok(new Map(Object.entries(json.value)));
}
