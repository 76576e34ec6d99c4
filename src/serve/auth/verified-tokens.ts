/**
 * Tokens that were verified a moment ago: a signature costs 50 µs, remembering it 0.2. Holds a bounded
 * number, dropping the one used longest ago.
 *
 * Invariant: only the signature is remembered. Expiry and token version are checked at every use by
 * `authenticate`, so a token that has just been revoked is refused although it stands here.
 */
import type { Claims } from './tokens.ts';

export interface VerifiedTokens {
  get(token: string): Claims | undefined;
  add(token: string, claims: Claims): void;
}

export function createVerifiedTokens(capacity: number): VerifiedTokens {
  const older = new Map<string, Claims>();
  return {
    get(token) {
      const claims = older.get(token);
      if (claims === undefined) return undefined;
      // A Map keeps the order of insertion: the first key is the one used longest ago.
      older.delete(token);
      older.set(token, claims);
      return claims;
    },
    add(token, claims) {
      const [oldest] = older.keys();
      if (older.size >= capacity && oldest !== undefined) older.delete(oldest);
      older.set(token, claims);
    },
  };
}
