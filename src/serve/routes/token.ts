/**
 * POST /auth/token and /token: a name and a password for a token (RFC 6749's password grant, kept for
 * the sake of the clients there are; a first-party login, no third party is ever to send it).
 */
import { answerJson, answerProblem, fault, invalid, type Fault, type Problem } from '../answer.ts';
import type { Accounts, LoginFault } from '../auth/accounts.ts';
import type { Admitted, Endpoint } from '../endpoint.ts';
import { parseForm } from '../form.ts';
import type { Log } from '../log.ts';
import { hashingBusy, tooManyLogins } from '../problems.ts';
import { credentialsSchema, tokenSchema } from '../schemas.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import type { IssuedToken } from '../auth/tokens.ts';

export interface TokenDeps {
  readonly accounts: Accounts;
  readonly log: Log;
}

const MAX_FORM_BYTES = 16_384;

export function tokenEndpoints(deps: TokenDeps): readonly Endpoint[] {
  return ['/auth/token', '/token'].map((path): Endpoint => tokenEndpoint(path, deps));
}

const tokenEndpoint = (path: string, { accounts, log }: TokenDeps): Endpoint => ({
  method: 'post',
  path,
  access: 'open',
  body: { type: 'application/x-www-form-urlencoded', maxBytes: MAX_FORM_BYTES },
  addressWaitS: accounts.addressWaitS,
  async handle({ body, address, requestId }: Admitted) {
    const credentials = parseCredentials(body);
    if (!credentials.ok) return answerProblem(credentials.error, requestId());
    const token = await accounts.login({ ...credentials.value, address });
    if (token.ok) return answerToken(token.value);
    log.warn(
      { username: credentials.value.username, address, why: token.error.kind, request: requestId() },
      'login failed',
    );
    return answerProblem(loginProblem(token.error), requestId());
  },
  describe: () => ({
    summary: 'Sign in',
    tag: 'auth',
    request: { schema: credentialsSchema },
    answers: {
      200: { description: 'A token', schema: tokenSchema },
      401: { description: 'Incorrect username or password' },
      429: { description: 'Too many failed logins' },
      503: { description: 'Too many logins at once' },
    },
  }),
});

export function answerToken({ token, expiresInS }: IssuedToken): Response {
  const body = { access_token: token, token_type: 'bearer', expires_in: expiresInS };
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

function parseCredentials(body: string): Result<{ readonly username: string; readonly password: string }, Problem> {
  const form = parseForm(body);
  if (!form.ok) return err(badForm([form.error]));
  const grant = form.value.get('grant_type') ?? '';
  if (grant !== '' && grant !== 'password') return err(unsupportedGrant);
  const username = form.value.get('username') ?? '';
  const password = form.value.get('password') ?? '';
  const missing = Object.entries({ username, password })
    .filter(([, value]) => value === '')
    .map(([name]) => fault('missing', ['body', name], 'Field required'));
  return missing.length > 0 ? err(badForm(missing)) : ok({ username, password });
}

const badForm = (faults: readonly Fault[]): Problem => ({
  ...invalid(faults),
  extra: { error: 'invalid_request', error_description: 'The form is not as it should be' },
});

const unsupportedGrant: Problem = {
  status: 400,
  code: 'unsupported_grant_type',
  detail: 'The grant type is not supported',
  extra: { error: 'unsupported_grant_type', error_description: 'Only the password grant is supported' },
};
