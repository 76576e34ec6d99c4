/**
 * Sessions: an access token that lives for minutes, and a refresh token that is exchanged for the next
 * pair. Knows nothing of HTTP, passwords or tables.
 *
 * Invariant: the successor of a refresh token follows from it and our key, so a caller who lost the
 * answer and asks again gets the same one, and nobody else can know it.
 */
import { randomBytes, webcrypto } from 'node:crypto';
import { digestOf } from '../../lib/digest.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import type { Store } from '../../store/database/store.ts';
import { canonicalUsername, type User } from '../../store/database/users.ts';
import type { KeyRing } from './key-ring.ts';
import type { RevokedSessions } from './revoked-sessions.ts';
import type { IssuedToken, Tokens } from './tokens.ts';

export interface Sessions {
  start(user: User): Promise<IssuedSession>;
  refresh(refreshToken: string): Promise<Result<IssuedSession, RefreshFault>>;
  /** Its tokens are refused from now on, before this resolves. */
  end(session: string): Promise<void>;
  /** Ends the session that a token of either kind belongs to; what is no token of ours ends nothing. */
  revoke(token: string): Promise<void>;
}

export interface IssuedSession extends IssuedToken {
  readonly refreshToken: string;
}

export type RefreshFault =
  | { readonly kind: 'invalid' }
  /** A used token came again: somebody else has it. The session has been ended. */
  | { readonly kind: 'stolen'; readonly username: string };

export interface SessionOptions {
  readonly store: Pick<Store, 'startSession' | 'rotateRefreshToken' | 'findSession' | 'endSession'>;
  readonly findUser: (username: string) => User | undefined;
  readonly tokens: Tokens;
  readonly keys: KeyRing;
  readonly revoked: RevokedSessions;
  readonly now: () => number;
  readonly newId: () => string;
}

const PREFIX = 'rt_';
const GRACE_MS = 10_000;
const DAY_MS = 86_400_000;
export const IDLE_MS = 7 * DAY_MS;
const LIFETIME_MS = 30 * DAY_MS;

export function createSessions(options: SessionOptions): Sessions {
  const { store, findUser, tokens, keys, revoked, now, newId } = options;

  const end = async (session: string): Promise<void> => {
    revoked.add(session); // first: nothing may pass while the disk is waited for
    await store.endSession({ session, at: new Date(now()).toISOString() });
  };
  const issue = async (user: User, session: string, refreshToken: string): Promise<IssuedSession> => ({
    ...(await tokens.issue({ username: user.username, tokenVersion: user.tokenVersion, session })),
    refreshToken,
  });

  return {
    end,
    async start(user) {
      const session = newId();
      const refreshToken = PREFIX + randomBytes(32).toString('base64url');
      await store.startSession({
        hash: digestOf(refreshToken),
        session,
        username_key: canonicalUsername(user.username),
        token_version: user.tokenVersion,
        started_at: new Date(now()).toISOString(),
      });
      return issue(user, session, refreshToken);
    },
    async refresh(presented) {
      const next = await successorOf(keys, presented);
      const rotation = { hash: digestOf(presented), successor: digestOf(next), now: now() };
      const rotated = await store.rotateRefreshToken({
        ...rotation,
        graceMs: GRACE_MS,
        idleMs: IDLE_MS,
        lifetimeMs: LIFETIME_MS,
      });
      if (rotated.kind === 'unknown') return err({ kind: 'invalid' });
      if (rotated.kind === 'stolen') {
        revoked.add(rotated.session);
        return err({ kind: 'stolen', username: rotated.usernameKey });
      }
      const user = findUser(rotated.usernameKey);
      // Disabled, removed, or with a new password since: all of these end every session.
      if (user === undefined || user.disabled || user.tokenVersion !== rotated.tokenVersion)
        return err({ kind: 'invalid' });
      return revoked.has(rotated.session) ? err({ kind: 'invalid' }) : ok(await issue(user, rotated.session, next));
    },
    async revoke(token) {
      const session = token.startsWith(PREFIX)
        ? await store.findSession(digestOf(token))
        : await sessionOf(tokens, token);
      if (session !== undefined) await end(session);
    },
  };
}

async function sessionOf(tokens: Tokens, token: string): Promise<string | undefined> {
  const claims = await tokens.verify(token);
  return claims.ok ? claims.value.session : undefined;
}

/** The prefix keeps these messages apart from what the same key signs elsewhere. */
async function successorOf({ current }: KeyRing, presented: string): Promise<string> {
  const message = Buffer.from(`refresh\0${presented}`);
  return PREFIX + Buffer.from(await webcrypto.subtle.sign('HMAC', current.key, message)).toString('base64url');
}
