/**
 * /api-keys: keys for programs, good for the scopes they name and never for more than their owner. The key
 * is shown once; only its hash is kept.
 */
import { digestOf } from '../../lib/digest.ts';
import type { AuditEntry } from '../../store/database/audit.ts';
import type { Store } from '../../store/database/store.ts';
import type { ApiKeyRow } from '../../store/database/tables.ts';
import { canonicalUsername, type User } from '../../store/database/users.ts';
import { answerEmpty, answerJson, answerProblem, fault, invalid } from '../answer.ts';
import { createApiKey } from '../auth/api-key.ts';
import type { Endpoint } from '../endpoint.ts';
import { parseJsonBody } from '../json-body.ts';
import { notFound } from '../problems.ts';
import { keyListSchema, keyRequestSchema, keySchema } from '../schemas.ts';

export interface ApiKeyDeps {
  readonly store: Pick<Store, 'addApiKey' | 'removeApiKey' | 'listApiKeys'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
}

const MAX_BODY_BYTES = 16_384;

export const apiKeyEndpoints = (deps: ApiKeyDeps): readonly Endpoint[] => [addOf(deps), listOf(deps), removeOf(deps)];

const addOf = ({ store, now, newId }: ApiKeyDeps): Endpoint => ({
  method: 'post',
  path: '/api-keys',
  access: 'user',
  body: { type: 'application/json', maxBytes: MAX_BODY_BYTES },
  async handle({ body, user, requestId }) {
    const parsed = parseJsonBody(body, keyRequestSchema);
    if (!parsed.ok) return answerProblem(parsed.error, requestId());
    const { name, expires_at = null } = parsed.value;
    if (expires_at !== null && Date.parse(expires_at) <= now()) return answerProblem(expired, requestId());
    const scopes = [...new Set(parsed.value.scopes)];
    const key = createApiKey();
    const row = await store.addApiKey({
      id: newId(),
      hash: digestOf(key),
      username_key: ownerKey(user),
      name,
      scopes: JSON.stringify(scopes),
      created_at: new Date(now()).toISOString(),
      expires_at: expires_at === null ? null : new Date(expires_at).toISOString(),
      audit: lineOf(user, now(), { action: 'key.add', subject: name, detail: { scopes, expires_at } }),
    });
    return answerJson({ ...renderKey(row), key }, 201);
  },
  describe: () => ({
    summary: 'Make a key for a program',
    description: 'Send it as a bearer token. It can do what its scopes say and its owner may.',
    tag: 'auth',
    request: { schema: keyRequestSchema, example: { name: 'prometheus', scopes: ['metrics'] } },
    answers: { 201: { description: 'With the key, which is shown this once', schema: keySchema } },
  }),
});

const listOf = ({ store }: ApiKeyDeps): Endpoint => ({
  method: 'get',
  path: '/api-keys',
  access: 'user',
  async handle({ user }) {
    const rows = await store.listApiKeys(user?.role === 'admin' ? undefined : ownerKey(user));
    return answerJson({ items: rows.map(renderKey), next_cursor: null });
  },
  describe: () => ({
    summary: 'Keys of programs',
    description: 'One’s own; admins see everybody’s.',
    tag: 'auth',
    answers: { 200: { description: 'By age', schema: keyListSchema } },
  }),
});

const removeOf = ({ store, now }: ApiKeyDeps): Endpoint => ({
  method: 'delete',
  path: '/api-keys/:id',
  access: 'user',
  async handle({ context, user, requestId }) {
    const id = context.req.param('id') ?? '';
    const owner = user?.role === 'admin' ? undefined : ownerKey(user);
    const audit = lineOf(user, now(), { action: 'key.remove', subject: id, detail: {} });
    const removed = await store.removeApiKey({ id, owner, audit });
    return removed === undefined ? answerProblem(notFound, requestId()) : answerEmpty();
  },
  describe: () => ({
    summary: 'Remove a key',
    tag: 'auth',
    answers: {
      204: { description: 'It is refused from now on', contentType: null },
      404: { description: 'No such key, or not yours' },
    },
  }),
});

const expired = invalid([fault('value_error', ['body', 'expires_at'], 'Input should be in the future')]);

const ownerKey = (user: User | undefined): string => canonicalUsername(user?.username ?? '');

const lineOf = (
  user: User | undefined,
  now: number,
  what: Pick<AuditEntry, 'action' | 'subject' | 'detail'>,
): AuditEntry => ({ at: new Date(now).toISOString(), actor: user?.username ?? '', ...what });

function renderKey({ id, name, username_key: user, scopes, created_at, expires_at }: ApiKeyRow) {
  return { id, name, user, scopes: JSON.parse(scopes), created_at, expires_at };
}
