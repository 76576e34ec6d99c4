/**
 * The history of answered predictions: rows are added in batches and never changed.
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

/** One transaction; the statement is prepared once for all of them. */
export function createPredictionAppender({ raw }: Database): (rows: readonly PredictionTuple[]) => void {
  const names = COLUMNS.join(', ');
  const insert = raw.prepare(`insert into predictions (${names}) values (${COLUMNS.map(() => '?').join(', ')})`);
  return (rows) => {
    raw.exec('begin immediate');
    try {
      for (const row of rows) insert.run(...row);
      raw.exec('commit');
    } catch (error) {
      raw.exec('rollback');
      throw error;
    }
  };
}

export async function countPredictions({ query }: Database): Promise<number> {
  const row = await query
    .selectFrom('predictions')
    .select((expression) => expression.fn.countAll().as('n'))
    .executeTakeFirstOrThrow();
  return Number(row.n);
}
