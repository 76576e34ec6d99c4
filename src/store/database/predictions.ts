/**
 * The history of answered predictions: rows are added in batches, never changed, and dropped when they
 * are old. How many were answered is counted beside them, in the same transaction.
 * Knows nothing of when a batch is due; `serve/history` collects them.
 */
import type { Database } from './open.ts';
import type { PredictionRow } from './tables.ts';

const COLUMNS = [
  'id',
  'username',
  'model',
  'model_version',
  'model_sha',
  'input',
  'prediction',
  'probability',
  'created_at',
] as const satisfies readonly (keyof PredictionRow)[];

/**
 * A row as a list in the order of `COLUMNS`: a batch crosses to the writer's thread once a prediction,
 * and lists cross at half the price of objects.
 */
export type PredictionTuple = readonly [
  id: string,
  username: string,
  model: string,
  modelVersion: string,
  modelSha: string,
  input: string,
  prediction: string,
  probability: number,
  createdAt: string,
];

/**
 * One transaction; the statements are prepared once for all of them. A row that is there already (a job's, whose
 * daemon was killed before it noted that it had been kept) is neither an error nor counted twice.
 */
export function createPredictionAppender({ raw }: Database): (rows: readonly PredictionTuple[]) => void {
  const names = COLUMNS.join(', ');
  const insert = raw.prepare(
    `insert into predictions (${names}) values (${COLUMNS.map(() => '?').join(', ')}) on conflict (id) do nothing`,
  );
  const count = raw.prepare(
    'insert into prediction_counts (model, answered) values (?, ?) ' +
      'on conflict (model) do update set answered = answered + excluded.answered',
  );
  return (rows) => {
    const answered = new Map<string, number>();
    raw.exec('begin immediate');
    try {
      for (const row of rows) {
        const [, , model] = row;
        if (insert.run(...row).changes > 0) answered.set(model, (answered.get(model) ?? 0) + 1);
      }
      for (const [model, n] of answered) count.run(model, n);
      raw.exec('commit');
    } catch (error) {
      raw.exec('rollback');
      throw error;
    }
  };
}

/** Drops the oldest rows below an id, at most so many at a time; returns how many those were. */
export async function dropPredictions(
  { query }: Pick<Database, 'query'>,
  { before, limit }: { readonly before: string; readonly limit: number },
): Promise<number> {
  const oldest = query.selectFrom('predictions').select('id').where('id', '<', before).orderBy('id').limit(limit);
  const ids = (await oldest.execute()).map(({ id }) => id);
  if (ids.length === 0) return 0;
  await query.deleteFrom('feedback').where('prediction_id', 'in', ids).execute();
  await query.deleteFrom('predictions').where('id', 'in', ids).execute();
  return ids.length;
}
