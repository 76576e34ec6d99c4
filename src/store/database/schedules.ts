/**
 * Which times of a schedule have been acted on: one row a model and minute, whoever was first. Knows nothing
 * of clocks or of what is done.
 */
import type { Database } from './open.ts';
import type { ScheduledRow } from './tables.ts';

/** false: somebody else acted on this minute. */
export async function claimScheduled({ query }: Database, row: ScheduledRow): Promise<boolean> {
  const inserted = await query
    .insertInto('scheduled')
    .values(row)
    .onConflict((conflict) => conflict.columns(['model', 'minute']).doNothing())
    .executeTakeFirst();
  return Number(inserted.numInsertedOrUpdatedRows ?? 0) > 0;
}

/** The latest minute that was acted on; undefined: none yet. */
export async function lastScheduled({ query }: Database, model: string): Promise<string | undefined> {
  const last = await query
    .selectFrom('scheduled')
    .select('minute')
    .where('model', '=', model)
    .orderBy('minute', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.minute;
}
