/** The query of a request against a zod schema, with the faults in pydantic's names. */
import type { ZodType } from 'zod';
import { err, ok, type Result } from '../lib/result.ts';
import { fault, invalid, type Problem } from './answer.ts';
import type { Admitted } from './endpoint.ts';

/** Keys that the schema does not name are ignored, as everywhere on the web. */
export function parseQuery<T>({ context }: Admitted, schema: ZodType<T>): Result<T, Problem> {
  const all = Object.entries(context.req.queries());
  const twice = all.find(([, values]) => values.length > 1)?.[0];
  if (twice !== undefined) return err(invalid([fault('key_duplicate', ['query'], 'A parameter occurs twice')]));
  const parsed = schema.safeParse(context.req.query());
  if (parsed.success) return ok(parsed.data);
  return err(
    invalid(
      parsed.error.issues.map(({ path, message }) =>
        fault(
          'value_error',
          ['query', ...path.map((step) => (typeof step === 'number' ? step : String(step)))],
          message,
        ),
      ),
    ),
  );
}
