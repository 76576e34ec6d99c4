/** A JSON body against a zod schema. For routes that are called now and then; /predict checks by hand. */
import type { ZodType } from 'zod';
import { err, type Result } from '../lib/result.ts';
import { invalid, type Problem } from './answer.ts';
import { parseStrictJson } from './strict-json.ts';
import { checkWith } from './zod-faults.ts';

export function parseJsonBody<T>(text: string, schema: ZodType<T>): Result<T, Problem> {
  const json = parseStrictJson(text);
  if (!json.ok) return err(invalid([json.error]));
  const checked = checkWith(schema, json.value, 'body');
  return checked.ok ? checked : err(invalid(checked.error));
}
