/**
 * Sessions and their refresh tokens, of which only hashes are kept. Knows nothing of how tokens are made.
 *
 * Invariant: of a session one token can be used; whoever shows a used one again later ends the session,
 * because one of the two who had it was a thief.
 */
import type { Database } from './open.ts';
import type { RefreshTokenRow } from './tables.ts';

export type NewSession = Pick<RefreshTokenRow, 'hash' | 'session' | 'username_key' | 'token_version' | 'started_at'>;

export interface Rotation {
  readonly hash: string;
  readonly successor: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** For so long a caller who lost the answer gets the same successor again. */
  readonly graceMs: number;
  readonly idleMs: number;
  readonly lifetimeMs: number;
}

export type Rotated =
  | { readonly kind: 'rotated'; readonly session: string; readonly usernameKey: string; readonly tokenVersion: number }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'stolen'; readonly session: string; readonly usernameKey: string };

export async function startSession({ query }: Database, session: NewSession): Promise<void> {
  await query
    .insertInto('refresh_tokens')
    .values({ ...session, issued_at: session.started_at, used_at: null })
    .execute();
}

/** To be called in a transaction. */
export async function rotateRefreshToken(database: Pick<Database, 'query'>, rotation: Rotation): Promise<Rotated> {
  const { query } = database;
  const { hash, successor, now, graceMs } = rotation;
  const row = await query.selectFrom('refresh_tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
  if (row === undefined || isExpired(row, rotation)) return { kind: 'unknown' };
  const { session, username_key: usernameKey, token_version: tokenVersion } = row;
  const rotated: Rotated = { kind: 'rotated', session, usernameKey, tokenVersion };
  if (row.used_at !== null) {
    if (now - Date.parse(row.used_at) <= graceMs) return rotated;
    await endSession(database, { session, at: new Date(now).toISOString() });
    return { kind: 'stolen', session, usernameKey };
  }
  const at = new Date(now).toISOString();
  await query.updateTable('refresh_tokens').set({ used_at: at }).where('hash', '=', hash).execute();
  await query
    .insertInto('refresh_tokens')
    .values({ ...row, hash: successor, issued_at: at, used_at: null })
    .execute();
  return rotated;
}

function isExpired({ issued_at, started_at }: RefreshTokenRow, { now, idleMs, lifetimeMs }: Rotation): boolean {
  return now - Date.parse(issued_at) > idleMs || now - Date.parse(started_at) > lifetimeMs;
}

export async function findSession({ query }: Database, hash: string): Promise<string | undefined> {
  const row = await query.selectFrom('refresh_tokens').select('session').where('hash', '=', hash).executeTakeFirst();
  return row?.session;
}

/** Its refresh tokens are gone, and its access tokens are known to be revoked. */
export async function endSession(
  { query }: Pick<Database, 'query'>,
  { session, at }: { readonly session: string; readonly at: string },
): Promise<void> {
  await query.deleteFrom('refresh_tokens').where('session', '=', session).execute();
  await query
    .insertInto('revoked_sessions')
    .values({ session, revoked_at: at })
    .onConflict((conflict) => conflict.column('session').doNothing())
    .execute();
}

/** What nobody can use any more. */
export async function dropOldSessions(
  { query }: Database,
  { idleBefore, revokedBefore }: { readonly idleBefore: string; readonly revokedBefore: string },
): Promise<void> {
  const used = query.selectFrom('refresh_tokens').select('session').where('issued_at', '>=', idleBefore);
  await query.deleteFrom('refresh_tokens').where('session', 'not in', used).execute();
  await query.deleteFrom('revoked_sessions').where('revoked_at', '<', revokedBefore).execute();
}

export async function listRevokedSessions({ query }: Database): Promise<readonly string[]> {
  return (await query.selectFrom('revoked_sessions').select('session').execute()).map(({ session }) => session);
}
