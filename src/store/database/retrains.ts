/**
 * The journal of retrains: one row a job, written at each change of state, so that the next daemon
 * knows what the last one had running. Knows nothing of processes or of which state may follow which.
 */
import type { Database } from './open.ts';
import type { RetrainRow } from './tables.ts';

/** Writes the job as it now is. */
export async function saveRetrain({ query }: Database, row: RetrainRow): Promise<void> {
  const { id: _, ...rest } = row;
  await query
    .insertInto('retrains')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
    .execute();
}

/** Newest first. */
export async function listRetrains({ query }: Database, limit: number): Promise<readonly RetrainRow[]> {
  return query.selectFrom('retrains').selectAll().orderBy('id', 'desc').limit(limit).execute();
}

export async function findRetrain({ query }: Database, id: string): Promise<RetrainRow | undefined> {
  return query.selectFrom('retrains').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The latest that was asked for with this key, if it is not older. `since`: ISO 8601. */
export async function findRetrainByRequest(
  { query }: Database,
  { key, since }: { readonly key: string; readonly since: string },
): Promise<RetrainRow | undefined> {
  const asked = query
    .selectFrom('retrains')
    .selectAll()
    .where('request_key', '=', key)
    .where('created_at', '>=', since);
  return asked.orderBy('id', 'desc').limit(1).executeTakeFirst();
}

/** Jobs that never finished: of a daemon that was killed. */
export async function listUnfinishedRetrains({ query }: Database): Promise<readonly RetrainRow[]> {
  return query.selectFrom('retrains').selectAll().where('finished_at', 'is', null).orderBy('id').execute();
}
