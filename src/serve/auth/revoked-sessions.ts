/**
 * Sessions that ended while access tokens of theirs may still be good: asked at every request, so kept
 * in memory. The database keeps them for the next start.
 */
export interface RevokedSessions {
  has(session: string): boolean;
  add(session: string): void;
}

export interface RevokedSessionOptions {
  readonly known: readonly string[];
  /** After this long no token of a session can be good any more. */
  readonly lifetimeMs: number;
  readonly now: () => number;
}

export function createRevokedSessions({ known, lifetimeMs, now }: RevokedSessionOptions): RevokedSessions {
  // In the order in which they were revoked: the oldest come first.
  const revokedAt = new Map(known.map((session) => [session, now()]));
  return {
    has: (session) => revokedAt.has(session),
    add(session) {
      for (const [old, at] of revokedAt) {
        if (now() - at <= lifetimeMs) break;
        revokedAt.delete(old);
      }
      revokedAt.set(session, now());
    },
  };
}
