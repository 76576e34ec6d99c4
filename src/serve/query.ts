/** The query of a request against a zod schema. */
import type { ZodType } from 'zod';
import { err, type Result } from '../lib/result.ts';
import { fault, invalid, type Problem } from './answer.ts';
import type { Admitted } from './endpoint.ts';
import { checkWith } from './zod-faults.ts';

/** Keys that the schema does not name are ignored, as everywhere on the web. */
export function parseQuery<T>({ context }: Admitted, schema: ZodType<T>): Result<T, Problem> {
  const all = Object.entries(context.req.queries());
  const twice = all.find(([, values]) => values.length > 1)?.[0];
  if (twice !== undefined) return err(invalid([fault('key_duplicate', ['query'], 'A parameter occurs twice')]));
  const checked = checkWith(schema, context.req.query(), 'query');
  return checked.ok ? checked : err(invalid(checked.error));
}
