/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a caller who lost an answer asks again with the
 * same key, and what he asked for is done once. Knows nothing of what that is.
 */
import { z } from 'zod';
import { digestOf } from '../lib/digest.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { User } from '../store/database/users.ts';
import type { Problem } from './answer.ts';

/** The digest of caller and key, so that nobody meets another's; undefined: none was given. */
export function parseIdempotencyKey(
  headers: Headers,
  user: Pick<User, 'id'> | undefined,
): Result<string | undefined, Problem> {
  const given = headers.get('idempotency-key');
  if (given === null) return ok(undefined);
  // The draft puts it in quotes, nearly everybody leaves them out. Two headers arrive joined by a comma and a space.
  const key = /^"([^"\\]*)"$/.exec(given)?.[1] ?? given;
  return /^[\x21-\x7e]{1,255}$/.test(key) ? ok(digestOf(`${user?.id ?? ''}\0${key}`)) : err(keyInvalid);
}

const keyInvalid: Problem = {
  status: 400,
  code: 'idempotency_key_invalid',
  detail: 'Idempotency-Key should be 1 to 255 visible ASCII characters without spaces',
};

export const keyReused: Problem = {
  status: 422,
  code: 'idempotency_key_reused',
  detail: 'This Idempotency-Key stood for another request',
};

export const idempotencyHeaderSchema = z.object({
  'Idempotency-Key': z
    .string()
    .max(255)
    .optional()
    .meta({ description: 'Whatever names this request and no other, such as a UUID.' }),
});
