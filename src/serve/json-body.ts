/**
 * A JSON body against a zod schema, with the faults in pydantic's names. For routes that are called
 * now and then; /predict checks by hand.
 */
import type { core, ZodType } from 'zod';
import { err, ok, type Result } from '../lib/result.ts';
import { fault, invalid, type Fault, type Problem } from './answer.ts';
import { parseStrictJson } from './strict-json.ts';

export function parseJsonBody<T>(text: string, schema: ZodType<T>): Result<T, Problem> {
  const json = parseStrictJson(text);
  if (!json.ok) return err(invalid([json.error]));
  const parsed = schema.safeParse(json.value);
  return parsed.success ? ok(parsed.data) : err(invalid(parsed.error.issues.map(toFault)));
}

function toFault(issue: core.$ZodIssue): Fault {
  const loc = ['body', ...issue.path.map((step) => (typeof step === 'symbol' ? '?' : step))];
  if (issue.code === 'invalid_type' && issue.input === undefined && loc.length > 1)
    return fault('missing', loc, 'Field required');
  if (issue.code === 'invalid_type')
    return fault(`${issue.expected}_type`, loc, `Input should be a valid ${issue.expected}`);
  if (issue.code === 'unrecognized_keys') return fault('extra_forbidden', loc, 'Extra inputs are not permitted');
  if (issue.code === 'too_small')
    return fault('string_too_short', loc, `String should have at least ${issue.minimum} characters`);
  if (issue.code === 'too_big')
    return fault('string_too_long', loc, `String should have at most ${issue.maximum} characters`);
  return fault('value_error', loc, 'Input is not valid');
}
