/**
 * Tokens that were verified a moment ago: a signature costs 50 µs, remembering it 0.2. Holds a bounded
 * number, dropping the one used longest ago.
 *
 * Invariant: only the signature is remembered, and only as long as the keys are those it was checked with. Expiry and token version are checked at every use by
 * `authenticate`, so a token that has just been revoked is refused although it stands here.
 */
import type { Claims } from './tokens.ts';

export interface VerifiedTokens {
  get(token: string): Claims | undefined;
  /** `generation`: of the keys when verifying began. */
  add(token: string, claims: Claims, generation: number): void;
  /** Of the keys now. */
  generation(): number;
}

export interface VerifiedTokensOptions {
  readonly capacity: number;
  readonly generation: () => number;
}

export function createVerifiedTokens({ capacity, generation }: VerifiedTokensOptions): VerifiedTokens {
  const older = new Map<string, Claims>();
  let known = generation();
  return {
    generation,
    get(token) {
      if (known !== generation()) older.clear();
      known = generation();
      const claims = older.get(token);
      if (claims === undefined) return undefined;
      // A Map keeps the order of insertion: the first key is the one used longest ago.
      older.delete(token);
      older.set(token, claims);
      return claims;
    },
    add(token, claims, verifiedWith) {
      if (verifiedWith !== generation()) return; // a key that was revoked meanwhile
      const [oldest] = older.keys();
      if (older.size >= capacity && oldest !== undefined) older.delete(oldest);
      older.set(token, claims);
    },
  };
}
