/**
 * Rows that are dropped when they are old, beside predictions and sessions, which have rules of their own. The
 * audit is never shortened. Knows nothing of clocks; times are ISO 8601 and compared as text.
 */
import type { Database } from './open.ts';

export interface OldRetrains {
  readonly finishedBefore: string;
  /** The latest so many stay, however old they are. */
  readonly kept: number;
}

/** Ids. Whoever drops them removes their logs first: a log without its row would be nobody's. */
export async function listOldRetrains(
  { query }: Database,
  { finishedBefore, kept }: OldRetrains,
): Promise<readonly string[]> {
  const latest = query.selectFrom('retrains').select('id').orderBy('id', 'desc').limit(kept);
  const old = query.selectFrom('retrains').select('id').where('finished_at', '<', finishedBefore);
  return (await old.where('id', 'not in', latest).execute()).map(({ id }) => id);
}

export async function dropRetrains({ query }: Database, ids: readonly string[]): Promise<void> {
  await query
    .deleteFrom('retrains')
    .where('id', 'in', [...ids])
    .execute();
}

/** Keys that nobody can use any more, and times of schedules that have been acted on: the latest of each stays. */
export async function dropSpent(
  { query }: Database,
  { keysExpiredBefore, scheduledBefore }: { readonly keysExpiredBefore: string; readonly scheduledBefore: string },
): Promise<void> {
  await query.deleteFrom('api_keys').where('expires_at', '<', keysExpiredBefore).execute();
  const latest = query
    .selectFrom('scheduled')
    .select(({ fn }) => fn.max('minute').as('minute'))
    .groupBy('model');
  await query.deleteFrom('scheduled').where('minute', '<', scheduledBefore).where('minute', 'not in', latest).execute();
}
