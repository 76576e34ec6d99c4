/**
 * POST /auth/token and /token: a name and a password for tokens (RFC 6749's password grant, kept for the
 * sake of the clients there are; a first-party login, no third party is ever to send it), or a refresh token.
 */
import { answerJson, answerProblem, fault, invalid, type Fault, type Problem } from '../answer.ts';
import type { Accounts, LoginFault } from '../auth/accounts.ts';
import type { Admitted, Endpoint } from '../endpoint.ts';
import { parseForm } from '../form.ts';
import type { Log } from '../log.ts';
import { hashingBusy, tooManyLogins } from '../problems.ts';
import { grantSchema, tokenSchema } from '../schemas.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import type { IssuedSession, RefreshFault, Sessions } from '../auth/sessions.ts';

export interface TokenDeps {
  readonly accounts: Accounts;
  readonly sessions: Pick<Sessions, 'refresh'>;
  readonly log: Log;
}

const MAX_FORM_BYTES = 16_384;

export function tokenEndpoints(deps: TokenDeps): readonly Endpoint[] {
  return ['/auth/token', '/token'].map((path): Endpoint => tokenEndpoint(path, deps));
}

const tokenEndpoint = (path: string, deps: TokenDeps): Endpoint => ({
  method: 'post',
  path,
  access: 'open',
  body: { type: 'application/x-www-form-urlencoded', maxBytes: MAX_FORM_BYTES },
  addressWaitS: deps.accounts.addressWaitS,
  handle: (request) => signIn(deps, request),
  describe: () => ({
    summary: 'Sign in',
    tag: 'auth',
    request: { schema: grantSchema },
    answers: {
      200: { description: 'Tokens', schema: tokenSchema },
      401: { description: 'Incorrect username or password' },
      429: { description: 'Too many failed logins' },
      503: { description: 'Too many logins at once' },
    },
  }),
});

async function signIn(deps: TokenDeps, { body, address, requestId }: Admitted): Promise<Response> {
  const form = parseForm(body);
  if (!form.ok) return answerProblem(badForm([form.error]), requestId());
  const grant = form.value.get('grant_type') ?? '';
  if (grant === 'refresh_token') return exchange(deps, { token: form.value.get('refresh_token'), address, requestId });
  if (grant !== '' && grant !== 'password') return answerProblem(unsupportedGrant, requestId());
  const credentials = parseCredentials(form.value);
  if (!credentials.ok) return answerProblem(credentials.error, requestId());
  const { accounts, log } = deps;
  const issued = await accounts.login({ ...credentials.value, address });
  if (issued.ok) return answerToken(issued.value);
  const { username } = credentials.value;
  log.warn({ username, address, why: issued.error.kind, request: requestId() }, 'login failed');
  return answerProblem(loginProblem(issued.error), requestId());
}

export interface Exchange extends Pick<Admitted, 'address' | 'requestId'> {
  /** Empty or absent: the caller left it out. */
  readonly token: string | undefined;
}

export async function exchange(
  { sessions, log }: Pick<TokenDeps, 'sessions' | 'log'>,
  { token, address, requestId }: Exchange,
): Promise<Response> {
  if (token === undefined || token === '')
    return answerProblem(badForm([fault('missing', ['body', 'refresh_token'], 'Field required')]), requestId());
  const issued = await sessions.refresh(token);
  if (issued.ok) return answerToken(issued.value);
  logRefusal(log, issued.error, address);
  return answerProblem(invalidGrant, requestId());
}

function logRefusal(log: Log, found: RefreshFault, address: string): void {
  if (found.kind === 'stolen')
    log.warn({ username: found.username, address }, 'a used refresh token came again: session ended');
}

/** The same for a token that never was, one that is too old, and one that was used. */
const invalidGrant: Problem = {
  status: 400,
  code: 'invalid_grant',
  detail: 'The refresh token is not valid',
  extra: { error: 'invalid_grant', error_description: 'The refresh token is not valid' },
};

export function answerToken({ token, expiresInS, refreshToken }: IssuedSession): Response {
  const body = { access_token: token, token_type: 'bearer', expires_in: expiresInS, refresh_token: refreshToken };
  return answerJson(body, 200, { Pragma: 'no-cache' });
}

/** The same for a name that does not exist, one that is disabled, and a wrong password. */
const wrongCredentials: Problem = {
  status: 401,
  code: 'invalid_credentials',
  detail: 'Incorrect username or password',
  headers: { 'WWW-Authenticate': 'Bearer' },
  extra: { error: 'invalid_grant', error_description: 'Incorrect username or password' },
};

export function loginProblem(found: LoginFault): Problem {
  if (found.kind === 'throttled') return tooManyLogins(found.waitS);
  return found.kind === 'busy' ? hashingBusy : wrongCredentials;
}

interface Named {
  readonly username: string;
  readonly password: string;
}

function parseCredentials(form: ReadonlyMap<string, string>): Result<Named, Problem> {
  const username = form.get('username') ?? '';
  const password = form.get('password') ?? '';
  const missing = Object.entries({ username, password })
    .filter(([, value]) => value === '')
    .map(([name]) => fault('missing', ['body', name], 'Field required'));
  return missing.length > 0 ? err(badForm(missing)) : ok({ username, password });
}

export const badForm = (faults: readonly Fault[]): Problem => ({
  ...invalid(faults),
  extra: { error: 'invalid_request', error_description: 'The form is not as it should be' },
});

const unsupportedGrant: Problem = {
  status: 400,
  code: 'unsupported_grant_type',
  detail: 'The grant type is not supported',
  extra: { error: 'unsupported_grant_type', error_description: 'Only password and refresh_token are supported' },
};
