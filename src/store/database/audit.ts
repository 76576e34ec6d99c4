/**
 * Who did what to accounts, keys and models: rows that are only ever added, each sealed together with
 * the one before it by a key that is not in the database.
 *
 * Invariant: a row that was changed, taken out or put in does not verify. That the last rows are missing
 * shows only against a head that was noted elsewhere.
 */
import { createHmac } from 'node:crypto';
import type { Database } from './open.ts';
import type { AuditRow } from './tables.ts';
import { toStorable } from './text.ts';

export interface AuditEntry {
  readonly at: string;
  /** A user's name, or what acted by itself. */
  readonly actor: string;
  /** `user.disable`, `model.promote` … */
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Before the first row. */
const GENESIS = '0'.repeat(64);

export interface Auditing {
  readonly query: Database['query'];
  readonly key: Uint8Array;
}

/** In the transaction that makes the change: neither can be there without the other. */
export async function appendAudit({ query, key }: Auditing, entry: AuditEntry): Promise<void> {
  const last = await query
    .selectFrom('audit')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const { at, action, detail } = entry;
  // Sealed as it is kept: a line that comes back otherwise would look like one that was changed.
  const [actor, subject] = [toStorable(entry.actor), toStorable(entry.subject)];
  const row = { seq: (last?.seq ?? 0) + 1, at, actor, action, subject, detail: JSON.stringify(detail) };
  const previous = last?.hash ?? GENESIS;
  await query
    .insertInto('audit')
    .values({ ...row, previous, hash: sealOf(key, { ...row, previous }) })
    .execute();
}

/** Oldest first, after a seq. */
export async function listAudit({ query }: Database, after = 0): Promise<readonly AuditRow[]> {
  return query.selectFrom('audit').selectAll().where('seq', '>', after).orderBy('seq').execute();
}

export async function readAuditHead({ query }: Database): Promise<string> {
  const last = await query.selectFrom('audit').select('hash').orderBy('seq', 'desc').limit(1).executeTakeFirst();
  return last?.hash ?? GENESIS;
}

/** The first seq at which the chain is broken; undefined when it is whole. */
export function findBrokenSeal(rows: readonly AuditRow[], key: Uint8Array): number | undefined {
  let previous = GENESIS;
  let seq = 0;
  for (const row of rows) {
    seq += 1;
    if (row.seq !== seq || row.previous !== previous || row.hash !== sealOf(key, row)) return seq;
    previous = row.hash;
  }
  return undefined;
}

function sealOf(key: Uint8Array, row: Omit<AuditRow, 'hash'>): string {
  const { seq, at, actor, action, subject, detail, previous } = row;
  const sealed = JSON.stringify([seq, at, actor, action, subject, detail, previous]);
  return createHmac('sha256', key).update(sealed).digest('hex');
}
