/**
 * What a daemon does once an hour: forgets sessions that nobody can use any more, and notes the head of
 * the audit in the log, so that a shortened audit can be told from a whole one.
 */
import type { Store } from '../store/database/store.ts';
import { IDLE_MS } from './auth/sessions.ts';
import type { Log } from './log.ts';

export interface UpkeepOptions {
  readonly store: Pick<Store, 'dropOldSessions' | 'readAuditHead'>;
  readonly log: Log;
  /** How long an access token outlives the session it was revoked with. */
  readonly tokenLifetimeMs: number;
  readonly now: () => number;
}

const HOUR_MS = 3_600_000;

/** Returns how to stop. */
export function startUpkeep(options: UpkeepOptions): () => void {
  const timer = setInterval(() => {
    keepUp(options).catch((error: unknown) => options.log.error({ error: String(error) }, 'upkeep failed'));
  }, HOUR_MS);
  timer.unref();
  return () => clearInterval(timer);
}

export async function keepUp({ store, log, tokenLifetimeMs, now }: UpkeepOptions): Promise<void> {
  const before = (age: number): string => new Date(now() - age).toISOString();
  await store.dropOldSessions({ idleBefore: before(IDLE_MS), revokedBefore: before(tokenLifetimeMs) });
  log.info({ head: await store.readAuditHead() }, 'audit');
}
