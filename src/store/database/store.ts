/**
 * What the daemon asks of its database, as a list of named operations on one connection: the writer's
 * thread runs them, `serve/writer` calls them by name.
 *
 * Invariant: what is audited and its line in the audit are one transaction.
 */
import { addApiKey, listApiKeys, removeApiKey } from './api-keys.ts';
import { appendAudit, listAudit, readAuditHead, type AuditEntry } from './audit.ts';
import { saveFeedback } from './feedback.ts';
import type { Database } from './open.ts';
import { createPredictionAppender, dropPredictions } from './predictions.ts';
import { dropRetrains, dropSpent, listOldRetrains, type OldRetrains } from './retention.ts';
import { findRetrain, findRetrainByRequest, listRetrains, listUnfinishedRetrains, saveRetrain } from './retrains.ts';
import { claimScheduled, lastScheduled } from './schedules.ts';
import {
  dropOldSessions,
  endSession,
  findSession,
  listRevokedSessions,
  rotateRefreshToken,
  startSession,
  type NewSession,
  type Rotation,
} from './sessions.ts';
import type { ApiKeyRow, FeedbackRow, RetrainRow, ScheduledRow } from './tables.ts';
import {
  addUser,
  changeUser,
  changeUserSafely,
  findUser,
  listUsers,
  removeUserSafely,
  type NewUser,
  type UserChange,
} from './users.ts';

export type Store = ReturnType<typeof createStore>;

/** With its line for the audit. */
export interface Audited {
  readonly audit: AuditEntry;
}

export function createStore(database: Database, auditKey: Uint8Array) {
  const append = createPredictionAppender(database);
  /** The line is kept if something was done: a refusal and undefined are nothing. */
  const audited = <T>(entry: AuditEntry, work: (inside: Pick<Database, 'query'>) => Promise<T>): Promise<T> =>
    database.query.transaction().execute(async (query) => {
      const done = await work({ query });
      const isDone = done !== undefined && typeof done !== 'string';
      if (isDone) await appendAudit({ query, key: auditKey }, entry);
      return done;
    });

  return {
    addUser: ({ audit, ...user }: NewUser & Audited) => audited(audit, (inside) => addUser(inside, user)),
    changeUser: (change: { readonly username: string; readonly change: UserChange }) => changeUser(database, change),
    changeUserSafely: ({ audit, ...change }: { readonly username: string; readonly change: UserChange } & Audited) =>
      audited(audit, (inside) => changeUserSafely(inside, change)),
    removeUserSafely: ({ audit, username }: { readonly username: string } & Audited) =>
      audited(audit, (inside) => removeUserSafely(inside, username)),
    findUser: (username: string) => findUser(database, username),
    listUsers: () => listUsers(database),

    startSession: (session: NewSession) => startSession(database, session),
    rotateRefreshToken: (rotation: Rotation) =>
      database.query.transaction().execute((query) => rotateRefreshToken({ query }, rotation)),
    findSession: (hash: string) => findSession(database, hash),
    endSession: (end: { readonly session: string; readonly at: string }) => endSession(database, end),
    listRevokedSessions: () => listRevokedSessions(database),
    dropOldSessions: (range: Parameters<typeof dropOldSessions>[1]) => dropOldSessions(database, range),

    addApiKey: ({ audit, ...row }: ApiKeyRow & Audited) =>
      audited(audit, async (inside) => {
        await addApiKey(inside, row);
        return row;
      }),
    removeApiKey: ({ audit, ...which }: Parameters<typeof removeApiKey>[1] & Audited) =>
      audited(audit, (inside) => removeApiKey(inside, which)),
    listApiKeys: (owner: string | undefined) => listApiKeys(database, owner),

    appendAudit: (entry: AuditEntry) => audited(entry, async () => true),
    listAudit: (after: number) => listAudit(database, after),
    readAuditHead: () => readAuditHead(database),

    appendPredictions: async (rows: Parameters<typeof append>[0]) => append(rows),
    dropPredictions: (range: Parameters<typeof dropPredictions>[1]) =>
      database.query.transaction().execute((query) => dropPredictions({ query }, range)),
    saveFeedback: (row: FeedbackRow) => saveFeedback(database, row),

    claimScheduled: (row: ScheduledRow) => claimScheduled(database, row),
    lastScheduled: (model: string) => lastScheduled(database, model),
    saveRetrain: (row: RetrainRow) => saveRetrain(database, row),
    listRetrains: (limit: number) => listRetrains(database, limit),
    findRetrain: (id: string) => findRetrain(database, id),
    findRetrainByRequest: (asked: Parameters<typeof findRetrainByRequest>[1]) => findRetrainByRequest(database, asked),
    listOldRetrains: (old: OldRetrains) => listOldRetrains(database, old),
    dropRetrains: (ids: readonly string[]) => dropRetrains(database, ids),
    dropSpent: (range: Parameters<typeof dropSpent>[1]) => dropSpent(database, range),
    listUnfinishedRetrains: () => listUnfinishedRetrains(database),
  };
}
