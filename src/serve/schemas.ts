/**
 * Bodies and answers as zod schemas: what small bodies are checked against, and what the API document
 * is made from. Names given by `id` become components of the document.
 */
import { z } from 'zod';
import type { InputSpec } from '../ml/model.ts';

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

export const credentialsSchema = z
  .object({
    username: z.string().meta({ example: 'alice' }),
    password: z.string().meta({ format: 'password', example: 'secret123' }),
    grant_type: z.literal('password').optional(),
  })
  .meta({ id: 'Credentials' });

export const tokenSchema = z
  .object({
    access_token: z.string(),
    token_type: z.literal('bearer'),
    expires_in: z.int().meta({ description: 'Seconds', example: 1800 }),
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

export const passwordChangeSchema = z
  .strictObject({ current_password: z.string().min(1), new_password: z.string().min(1) })
  .meta({ id: 'PasswordChange' });

export const retrainRequestSchema = z
  .strictObject({
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

const warningSchema = z.object({ type: z.string(), loc: z.array(z.union([z.string(), z.number()])), msg: z.string() });

export const predictionSchema = z
  .object({
    prediction: z.int().meta({ example: 1 }),
    probability: z.number().meta({ description: 'Of class 1', example: 0.83 }),
    model: z.string().meta({ example: 'accidents' }),
    model_version: z.string().meta({ example: '3' }),
    id: z.string(),
    timestamp: z.string(),
    base: z.number().optional().meta({
      description: 'With explain=true: what the model answers before it looks at any input',
    }),
    contributions: z.record(z.string(), z.number()).optional().meta({
      description:
        'With explain=true: what each input adds to the base. The sum is the log-odds of class 1, of a random forest its probability.',
    }),
    warnings: z.array(warningSchema).optional().meta({ description: 'Values that training hardly saw' }),
  })
  .meta({ id: 'Prediction' });

/** `parsePredictBody` does the same by hand; a property test holds the two together. */
export function predictSchema(inputs: readonly InputSpec[]) {
  const features = z.strictObject({ features: z.array(z.number()).min(inputs.length).max(inputs.length) });
  const value = ({ nullable }: InputSpec) => (nullable ? z.number().nullable() : z.number());
  const record = z.strictObject({
    record: z.strictObject(Object.fromEntries(inputs.map((input) => [input.name, describeInput(value(input), input)]))),
  });
  return z.union([features, record]);
}

/** Before there is a model nothing is known of its inputs. */
export const anyPredictSchema = z.union([
  z.strictObject({ features: z.array(z.number()) }),
  z.strictObject({ record: z.record(z.string(), z.number().nullable()) }),
]);

function describeInput<T extends z.ZodType>(schema: T, { unit, codes, range }: InputSpec): T {
  const usual = codes === undefined ? range && `usually ${range[0]} to ${range[1]}` : `codes ${shorten(codes)}`;
  const description = [usual, unit].filter((part) => part !== undefined).join(', ');
  return description === '' ? schema : schema.meta({ description });
}

const shorten = (codes: readonly number[]): string =>
  codes.length > 20 ? `${codes.slice(0, 20).join(', ')} …` : codes.join(', ');

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
