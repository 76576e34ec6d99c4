/**
 * What the daemon asks of its database, as a list of named operations on one connection: the writer's
 * thread runs them, `serve/writer` calls them by name.
 */
import type { Database } from './open.ts';
import { saveFeedback } from './feedback.ts';
import { createPredictionAppender, dropPredictions } from './predictions.ts';
import { findRetrain, listRetrains, listUnfinishedRetrains, saveRetrain } from './retrains.ts';
import type { FeedbackRow, RetrainRow } from './tables.ts';
import { addUser, changeUser, findUser, listUsers, type NewUser, type UserChange } from './users.ts';

export type Store = ReturnType<typeof createStore>;

export function createStore(database: Database) {
  const append = createPredictionAppender(database);
  return {
    addUser: (user: NewUser) => addUser(database, user),
    changeUser: (change: { readonly username: string; readonly change: UserChange }) => changeUser(database, change),
    findUser: (username: string) => findUser(database, username),
    listUsers: () => listUsers(database),
    appendPredictions: async (rows: Parameters<typeof append>[0]) => append(rows),
    dropPredictions: (range: Parameters<typeof dropPredictions>[1]) => dropPredictions(database, range),
    saveFeedback: (row: FeedbackRow) => saveFeedback(database, row),
    saveRetrain: (row: RetrainRow) => saveRetrain(database, row),
    listRetrains: (limit: number) => listRetrains(database, limit),
    findRetrain: (id: string) => findRetrain(database, id),
    listUnfinishedRetrains: () => listUnfinishedRetrains(database),
  };
}
