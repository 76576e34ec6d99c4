/**
 * What a daemon does once an hour: forgets sessions and keys that nobody can use any more, old retrains with their
 * logs, and predictions that are older than they shall be kept; and notes the head of the audit in the log, so that a shortened audit
 * can be told from a whole one.
 */
import type { Store } from '../store/database/store.ts';
import { IDLE_MS } from './auth/sessions.ts';
import { firstIdAt } from './kept-prediction.ts';
import type { Log } from './log.ts';

export interface UpkeepOptions {
  readonly store: Pick<
    Store,
    'dropOldSessions' | 'dropPredictions' | 'dropSpent' | 'listOldRetrains' | 'dropRetrains' | 'readAuditHead'
  >;
  readonly removeRetrainLog: (id: string) => void;
  readonly log: Log;
  /** How long an access token outlives the session it was revoked with. */
  readonly tokenLifetimeMs: number;
  /** How long predictions are kept; undefined: for ever. */
  readonly historyMs: number | undefined;
  readonly now: () => number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const RETRAIN_DAYS = 90;
const RETRAINS_KEPT = 50;
/** So long an owner still sees in the list why his key is refused. */
const EXPIRED_KEY_DAYS = 30;
const SCHEDULED_DAYS = 90;

/** Returns how to stop. */
export function startUpkeep(options: UpkeepOptions): () => void {
  const run = (): void =>
    void keepUp(options).catch((error: unknown) => options.log.error({ error: String(error) }, 'upkeep failed'));
  const timer = setInterval(run, HOUR_MS);
  run(); // a daemon that is restarted every day must forget too
  timer.unref();
  return () => clearInterval(timer);
}

export async function keepUp(options: UpkeepOptions): Promise<void> {
  const { store, log, tokenLifetimeMs, now } = options;
  const before = (age: number): string => new Date(now() - age).toISOString();
  await store.dropOldSessions({ idleBefore: before(IDLE_MS), revokedBefore: before(tokenLifetimeMs) });
  await store.dropSpent({
    keysExpiredBefore: before(EXPIRED_KEY_DAYS * DAY_MS),
    scheduledBefore: before(SCHEDULED_DAYS * DAY_MS),
  });
  await forgetRetrains(options);
  await forgetPredictions(options);
  log.info({ head: await store.readAuditHead() }, 'audit');
}

async function forgetRetrains({ store, log, removeRetrainLog, now }: UpkeepOptions): Promise<void> {
  const finishedBefore = new Date(now() - RETRAIN_DAYS * DAY_MS).toISOString();
  const old = await store.listOldRetrains({ finishedBefore, kept: RETRAINS_KEPT });
  if (old.length === 0) return;
  for (const id of old) removeRetrainLog(id);
  await store.dropRetrains(old);
  log.info({ dropped: old.length, before: finishedBefore }, 'old retrains dropped');
}

/** So many in one transaction that what is written meanwhile hardly waits. */
const DROPPED_AT_ONCE = 500;

async function forgetPredictions({ store, log, historyMs, now }: UpkeepOptions): Promise<void> {
  if (historyMs === undefined) return;
  const before = firstIdAt(now() - historyMs);
  let dropped = 0;
  for (let last = DROPPED_AT_ONCE; last === DROPPED_AT_ONCE; dropped += last)
    last = await store.dropPredictions({ before, limit: DROPPED_AT_ONCE });
  if (dropped > 0) log.info({ dropped, before: new Date(now() - historyMs).toISOString() }, 'old predictions dropped');
}
