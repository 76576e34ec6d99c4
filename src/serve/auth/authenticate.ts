/**
 * From an Authorization header to the caller as the store knows him now. Knows nothing of what a route
 * asks for.
 */
import type { User } from '../../store/database/users.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import type { ApiKeyRow } from '../../store/database/tables.ts';
import { digestOf } from '../../lib/digest.ts';
import { SCOPES } from '../endpoint.ts';
import { API_KEY_PREFIX } from './api-key.ts';
import type { Caller } from './caller.ts';
import type { RevokedSessions } from './revoked-sessions.ts';
import type { Claims, TokenFault, Tokens } from './tokens.ts';
import type { VerifiedTokens } from './verified-tokens.ts';

export type AuthFault = 'missing' | TokenFault;

export type Authenticate = (header: string | null) => Promise<Result<Caller, AuthFault>> | Result<Caller, AuthFault>;

export interface AuthenticateOptions {
  readonly tokens: Tokens;
  readonly verified: VerifiedTokens;
  readonly findUser: (username: string) => User | undefined;
  readonly findApiKey: (hash: string) => ApiKeyRow | undefined;
  readonly revoked: Pick<RevokedSessions, 'has'>;
  readonly now: () => number;
}

/** Exactly one space, one token, nothing after it: two headers arrive here joined by a comma. */
const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i;
const BEARER_SCHEME = /^Bearer(\s|$)/i;

export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const { tokens, verified, findUser, revoked, now } = options;
  const toCaller = (claims: Claims): Result<Caller, AuthFault> => {
    if (claims.expiresAt * 1000 <= now()) return err('expired');
    const user = findUser(claims.username);
    const isCurrent = user !== undefined && !user.disabled && user.tokenVersion === claims.tokenVersion;
    if (!isCurrent || revoked.has(claims.session)) return err('invalid');
    return ok({ user, session: claims.session, scopes: undefined });
  };

  return (header) => {
    if (header === null || !BEARER_SCHEME.test(header)) return err('missing');
    const token = BEARER.exec(header)?.[1];
    if (token === undefined) return err('invalid');
    if (token.startsWith(API_KEY_PREFIX)) return identifyKey(options, token);
    const known = verified.get(token);
    if (known !== undefined) return toCaller(known);
    const generation = verified.generation();
    return tokens.verify(token).then((checked) => {
      if (!checked.ok) return checked;
      verified.add(token, checked.value, generation);
      return toCaller(checked.value);
    });
  };
}

function identifyKey({ findApiKey, findUser, now }: AuthenticateOptions, token: string): Result<Caller, AuthFault> {
  const key = findApiKey(digestOf(token));
  const user = key && findUser(key.username_key);
  if (key === undefined || user === undefined || user.disabled) return err('invalid');
  if (key.expires_at !== null && Date.parse(key.expires_at) <= now()) return err('expired');
  const named: unknown = JSON.parse(key.scopes);
  const scopes = SCOPES.filter((scope) => Array.isArray(named) && named.includes(scope));
  return ok({ user, session: undefined, scopes });
}
