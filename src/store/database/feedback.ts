/** What turned out to be true of predictions. One row a prediction and person: the last word counts. */
import type { Database } from './open.ts';
import type { FeedbackRow } from './tables.ts';

export async function saveFeedback({ query }: Database, row: FeedbackRow): Promise<void> {
  const { outcome, correct, trusted, created_at } = row;
  await query
    .insertInto('feedback')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['prediction_id', 'username']).doUpdateSet({ outcome, correct, trusted, created_at }),
    )
    .execute();
}
