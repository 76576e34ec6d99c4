/**
 * Bodies and answers as zod schemas: what small bodies are checked against, and what the API document
 * is made from. Names given by `id` become components of the document.
 */
import { z } from 'zod';
import { SCOPES } from './endpoint.ts';

export const problemSchema = z
  .object({
    detail: z.union([
      z.string(),
      z.array(z.object({ type: z.string(), loc: z.array(z.union([z.string(), z.number()])), msg: z.string() })),
    ]),
    code: z.string().meta({ description: 'Stable name of the problem', example: 'token_expired' }),
    request_id: z.string(),
  })
  .meta({ id: 'Problem', description: 'Every error has this shape.' });

const passwordGrant = z
  .object({
    username: z.string().meta({ example: 'alice' }),
    password: z.string().meta({ format: 'password', example: 'secret123' }),
    grant_type: z.literal('password').optional(),
  })
  .meta({ id: 'Credentials' });

/** What /auth/token takes: RFC 6749's two grants. */
export const grantSchema = z.union([
  passwordGrant,
  z.object({ grant_type: z.literal('refresh_token'), refresh_token: z.string() }).meta({ id: 'RefreshGrant' }),
]);

export const refreshRequestSchema = z.object({ refresh_token: z.string() }).meta({ id: 'RefreshRequest' });

export const revokedSchema = z.strictObject({}).meta({ id: 'Revoked' });

export const revokeRequestSchema = z.object({ token: z.string() }).meta({ id: 'RevokeRequest' });

export const tokenSchema = z
  .object({
    access_token: z.string(),
    token_type: z.literal('bearer'),
    expires_in: z.int().meta({ description: 'Seconds', example: 1800 }),
    refresh_token: z.string().meta({ description: 'Good once, for 7 days; POST it to /auth/refresh' }),
  })
  .meta({ id: 'Token' });

export const userSchema = z
  .object({
    username: z.string(),
    email: z.string().nullable(),
    role: z.enum(['user', 'admin']),
    disabled: z.boolean(),
    must_change_password: z.boolean(),
    created_at: z.string().meta({ format: 'date-time' }),
  })
  .meta({ id: 'User' });

export const registrationSchema = z
  .strictObject({
    username: z.string().min(1).max(64).meta({ example: 'bob' }),
    password: z.string().min(1).meta({ format: 'password' }),
    email: z.email().max(254).optional(),
  })
  .meta({ id: 'Registration' });

export const registeredSchema = z
  .object({
    message: z.string(),
    username: z.string(),
    email: z.string().nullable(),
    role: z.literal('user'),
    disabled: z.boolean(),
  })
  .meta({ id: 'Registered' });

export const userListSchema = z.object({ items: z.array(userSchema), next_cursor: z.null() }).meta({ id: 'UserList' });

export const userPatchSchema = z
  .strictObject({
    role: z.enum(['user', 'admin']).optional(),
    disabled: z.boolean().optional(),
    password: z.string().min(1).optional().meta({ description: 'Must be changed at the next login' }),
  })
  .meta({ id: 'UserPatch' });

export const keyRequestSchema = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(64)
      .refine((name) => !/[\p{Cc}\p{Cs}]/u.test(name))
      .meta({ example: 'prometheus' }),
    scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
    expires_at: z.iso.datetime({ offset: true }).optional(),
  })
  .meta({ id: 'KeyRequest' });

const key = {
  id: z.string(),
  name: z.string(),
  user: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  created_at: z.string(),
  expires_at: z.string().nullable(),
};

export const keySchema = z
  .object({ ...key, key: z.string().meta({ description: 'Shown this once' }) })
  .meta({ id: 'NewKey' });

export const keyListSchema = z.object({ items: z.array(z.object(key)), next_cursor: z.null() }).meta({ id: 'KeyList' });

export const passwordChangeSchema = z
  .strictObject({ current_password: z.string().min(1), new_password: z.string().min(1) })
  .meta({ id: 'PasswordChange' });

export const retrainRequestSchema = z
  .strictObject({
    model: z.string().optional().meta({ description: 'By default the first of pipeline.yaml.' }),
    force: z.boolean().optional().meta({ description: 'Run every stage up to the gate, fresh or not.' }),
    reason: z.string().max(500).optional().meta({ description: 'Kept in the journal.' }),
  })
  .meta({ id: 'RetrainRequest' });

const linksSchema = z.object({ self: z.string(), logs: z.string() });

export const retrainAcceptedSchema = z
  .object({
    status: z.literal('accepted'),
    message: z.string(),
    job_id: z.string(),
    state: z.string(),
    links: linksSchema,
  })
  .meta({ id: 'RetrainAccepted' });

export const retrainSchema = z
  .object({
    id: z.string(),
    model: z.string(),
    state: z.string().meta({ example: 'promoted' }),
    stage: z.string().nullable(),
    trigger: z.enum(['api', 'schedule']),
    actor: z.string(),
    created_at: z.string(),
    started_at: z.string().nullable(),
    finished_at: z.string().nullable(),
    decision: z.string().nullable(),
    reasons: z.array(z.object({ code: z.string(), text: z.string() })),
    candidate: z.int().nullable().meta({ description: 'Version in the registry' }),
    production: z.int().nullable(),
    exit_code: z.int().nullable(),
    waiting_for: z.object({ stage: z.string(), pid: z.int(), host: z.string(), since: z.string() }).nullable(),
    links: linksSchema,
  })
  .meta({ id: 'Retrain' });

export const retrainListSchema = z
  .object({ items: z.array(retrainSchema), next_cursor: z.string().nullable() })
  .meta({ id: 'RetrainList' });

export const rootSchema = z
  .object({
    status: z.string(),
    message: z.string(),
    name: z.string(),
    version: z.string(),
    docs: z.string().nullable(),
  })
  .meta({ id: 'Root' });

export const healthSchema = z
  .object({
    status: z.enum(['healthy', 'degraded']),
    model_loaded: z.boolean(),
    version: z.string(),
    model_version: z.string().nullable(),
    reason: z.string().optional(),
    mode: z.literal('demo').optional(),
  })
  .meta({ id: 'Health' });

export const liveSchema = z.object({ live: z.literal(true) }).meta({ id: 'Live' });

export const readySchema = z.object({ ready: z.boolean(), reason: z.string().optional() }).meta({ id: 'Ready' });
