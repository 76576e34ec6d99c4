/** /auth/refresh, /auth/revoke and /auth/logout: the next pair of tokens, and the end of a session. */
import { answerEmpty, answerJson, answerProblem } from '../answer.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { Endpoint } from '../endpoint.ts';
import { parseField } from '../fields.ts';
import type { Log } from '../log.ts';
import { refreshRequestSchema, revokedSchema, revokeRequestSchema, tokenSchema } from '../schemas.ts';
import { badForm, exchange } from './token.ts';

export interface SessionDeps {
  readonly sessions: Sessions;
  readonly log: Log;
}

const BODY = { type: 'application/json', orForm: true, maxBytes: 16_384 } as const;

export const sessionEndpoints = (deps: SessionDeps): readonly Endpoint[] => [
  refreshOf(deps),
  revokeOf(deps),
  logoutOf(deps),
];

const refreshOf = (deps: SessionDeps): Endpoint => ({
  method: 'post',
  path: '/auth/refresh',
  access: 'open',
  body: BODY,
  async handle({ context, body, address, requestId }) {
    const token = parseField(context.req.raw, body, 'refresh_token');
    if (!token.ok) return answerProblem(badForm([token.error]), requestId());
    return exchange(deps, { token: token.value, address, requestId });
  },
  describe: () => ({
    summary: 'The next pair of tokens',
    description:
      'A refresh token is good once; asked again within 10 seconds the answer is the same pair of refresh tokens. ' +
      'Whoever shows a used one later ends the session for everybody who has it.',
    tag: 'auth',
    request: { schema: refreshRequestSchema },
    answers: {
      200: { description: 'New tokens', schema: tokenSchema },
      400: { description: '`invalid_grant`: unknown, used, or too old' },
    },
  }),
});

const revokeOf = ({ sessions }: SessionDeps): Endpoint => ({
  method: 'post',
  path: '/auth/revoke',
  access: 'open',
  body: BODY,
  async handle({ context, body, requestId }) {
    const token = parseField(context.req.raw, body, 'token');
    if (!token.ok) return answerProblem(badForm([token.error]), requestId());
    await sessions.revoke(token.value);
    return answerJson({});
  },
  describe: () => ({
    summary: 'End the session of a token (RFC 7009)',
    tag: 'auth',
    request: { schema: revokeRequestSchema },
    answers: { 200: { description: 'Also for what is no token: nothing is told about it', schema: revokedSchema } },
  }),
});

const logoutOf = ({ sessions, log }: SessionDeps): Endpoint => ({
  method: 'post',
  path: '/auth/logout',
  access: 'user',
  beforePasswordChange: true,
  async handle({ user, session }) {
    if (session === undefined) throw new Error('a route for people was entered with a key');
    await sessions.end(session);
    log.info({ username: user?.username }, 'signed out');
    return answerEmpty();
  },
  describe: () => ({
    summary: 'Sign out',
    description: 'Ends this session; others of the same user go on.',
    tag: 'auth',
    answers: { 204: { description: 'Both tokens are refused from now on', contentType: null } },
  }),
});
