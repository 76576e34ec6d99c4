/**
 * Looks at a database without changing anything in it: what a check before a start, and a backup,
 * have to know.
 */
import { existsSync } from 'node:fs';
import { err, ok, type Result } from '../../lib/result.ts';
import { migrations } from './migrations.ts';
import { openReader } from './open.ts';

export interface Inspected {
  readonly users: number;
  readonly predictions: number;
}

const BUSY_MS = 5_000;

/** undefined: there is none. The error says why it cannot be used. */
export function inspectDatabase(file: string): Result<Inspected | undefined, string> {
  if (!existsSync(file)) return ok(undefined);
  try {
    const database = openReader({ file, busyTimeoutMs: BUSY_MS });
    try {
      return inspect(database);
    } finally {
      database.close();
    }
  } catch (error) {
    return err(error instanceof Error ? error.message : 'unknown error');
  }
}

function inspect(database: ReturnType<typeof openReader>): Result<Inspected | undefined, string> {
  const [damage] = database.prepare('pragma quick_check(1)').all();
  if (damage?.quick_check !== 'ok') return err(`it is damaged: ${String(damage?.quick_check)}`);
  const tables = new Set(namesIn(database, 'select name from sqlite_master'));
  if (!tables.has('kysely_migration')) return ok({ users: 0, predictions: 0 });
  const unknown = namesIn(database, 'select name from kysely_migration').find(
    (name) => !Object.hasOwn(migrations, name),
  );
  if (unknown !== undefined) return err(`a newer version of pipe wrote it (${unknown})`);
  return ok({ users: countIn(database, 'users'), predictions: countIn(database, 'predictions') });
}

const namesIn = (database: ReturnType<typeof openReader>, query: string): readonly string[] =>
  database
    .prepare(query)
    .all()
    .map(({ name }: { readonly name?: unknown }) => String(name));

const countIn = (database: ReturnType<typeof openReader>, table: 'users' | 'predictions'): number =>
  Number(database.prepare(`select count(*) as n from ${table}`).get().n);
