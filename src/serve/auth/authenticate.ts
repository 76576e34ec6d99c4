/**
 * From an Authorization header to the user as the store knows him now. Knows nothing of roles a route
 * asks for.
 */
import type { User } from '../../store/database/users.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import type { Claims, TokenFault, Tokens } from './tokens.ts';
import type { VerifiedTokens } from './verified-tokens.ts';

export type AuthFault = 'missing' | TokenFault;

export type Authenticate = (header: string | null) => Promise<Result<User, AuthFault>> | Result<User, AuthFault>;

export interface AuthenticateOptions {
  readonly tokens: Tokens;
  readonly verified: VerifiedTokens;
  readonly findUser: (username: string) => User | undefined;
  readonly now: () => number;
}

/** Exactly one space, one token, nothing after it: two headers arrive here joined by a comma. */
const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i;
const BEARER_SCHEME = /^Bearer(\s|$)/i;

export function createAuthenticate({ tokens, verified, findUser, now }: AuthenticateOptions): Authenticate {
  const toUser = (claims: Claims): Result<User, AuthFault> => {
    if (claims.expiresAt * 1000 <= now()) return err('expired');
    const user = findUser(claims.username);
    const isCurrent = user !== undefined && !user.disabled && user.tokenVersion === claims.tokenVersion;
    return isCurrent ? ok(user) : err('invalid');
  };

  return (header) => {
    if (header === null || !BEARER_SCHEME.test(header)) return err('missing');
    const token = BEARER.exec(header)?.[1];
    if (token === undefined) return err('invalid');
    const known = verified.get(token);
    if (known !== undefined) return toUser(known);
    return tokens.verify(token).then((checked) => {
      if (!checked.ok) return checked;
      verified.add(token, checked.value);
      return toUser(checked.value);
    });
  };
}
