/**
 * Access tokens: issued and verified with one algorithm and named keys. Knows nothing of users:
 * who is disabled and which role anyone has is asked of the user store at each request, never of a claim.
 *
 * Invariant: a token is accepted only in the exact spelling in which it was issued.
 */
import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { err, ok, type Result } from '../../lib/result.ts';
import type { KeyRing } from './key-ring.ts';

export interface Tokens {
  issue(subject: Subject): Promise<IssuedToken>;
  verify(token: string): Promise<Result<Claims, TokenFault>>;
}

export interface Subject {
  readonly username: string;
  readonly tokenVersion: number;
  /** What the token ends with: signing out ends one session, not all. */
  readonly session: string;
}

export interface Claims extends Subject {
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresInS: number;
}

export type TokenFault = 'invalid' | 'expired';

export interface TokenOptions {
  readonly keys: KeyRing;
  readonly lifetimeS: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
}

const ALGORITHM = 'HS256';
const TYPE = 'at+jwt';
const ISSUER = 'pipe';
const AUDIENCE = 'pipe-api';
const MAX_TOKEN_LENGTH = 4096;

export function createTokens({ keys, lifetimeS, now, newId }: TokenOptions): Tokens {
  const nowS = (): number => Math.floor(now() / 1000);
  return {
    async issue({ username, tokenVersion, session }) {
      const { kid, key } = keys.current;
      const issuedAt = nowS();
      const token = await new SignJWT({ tv: tokenVersion, sid: session })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid })
        .setSubject(username)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setJti(newId())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetimeS)
        .sign(key);
      return { token, expiresInS: lifetimeS };
    },

    async verify(token) {
      if (!isWellFormed(token)) return err('invalid');
      try {
        const { payload } = await jwtVerify(
          token,
          ({ kid }) => {
            const found = typeof kid === 'string' ? keys.find(kid) : undefined;
            if (found === undefined) throw new errors.JWTInvalid('unknown key');
            return found.key;
          },
          {
            algorithms: [ALGORITHM],
            typ: TYPE,
            issuer: ISSUER,
            audience: AUDIENCE,
            currentDate: new Date(now()),
          },
        );
        return toClaims(payload, nowS() + lifetimeS);
      } catch (error) {
        // jose's messages hold the claims: only the kind of fault leaves this function.
        return err(error instanceof errors.JWTExpired ? 'expired' : 'invalid');
      }
    },
  };
}

/** For jose all of these may be missing, `exp` too: a token without it would never expire. */
function toClaims({ sub, exp, iat, jti, tv, sid }: JWTPayload, latestExpiry: number): Result<Claims, TokenFault> {
  if (typeof sub !== 'string' || typeof sid !== 'string') return err('invalid');
  const isSound = typeof jti === 'string' && typeof iat === 'number' && Number.isSafeInteger(tv);
  // A lifetime beyond ours was not given by us, whoever signed it.
  if (!isSound || typeof exp !== 'number' || exp > latestExpiry) return err('invalid');
  return ok({ username: sub, tokenVersion: Number(tv), session: sid, expiresAt: exp });
}

/** Base64url decoders forgive padding and stray bits: two spellings of one token would pass. */
function isWellFormed(token: string): boolean {
  if (token.length > MAX_TOKEN_LENGTH) return false;
  const segments = token.split('.');
  return segments.length === 3 && segments.every((segment) => toCanonical(segment) === segment && segment !== '');
}

const toCanonical = (segment: string): string => Buffer.from(segment, 'base64url').toString('base64url');
