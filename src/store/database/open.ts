/**
 * Opens the daemon's SQLite database: one file in write-ahead mode, shared by the daemon's writer,
 * its reader and the command line. Knows nothing of what the tables mean.
 *
 * Invariant: whoever gets a `Database` has one whose tables are exactly those of this version; a
 * file that a newer version wrote is refused, never touched.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { Kysely, Migrator, SqliteDialect, sql, type SqliteDatabase } from 'kysely';
import type { Failure } from '../../core/failure.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import { migrations } from './migrations.ts';
import type { Tables } from './tables.ts';
import { toStorable } from './text.ts';

export interface Database {
  readonly query: Kysely<Tables>;
  /** The same connection without kysely, for the one statement that runs thousands of times a second. */
  readonly raw: DatabaseSyncInstance;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly file: string;
  /** How long a statement waits for another process's transaction. */
  readonly busyTimeoutMs: number;
}

export async function openDatabase({ file, busyTimeoutMs }: OpenOptions): Promise<Result<Database, Failure>> {
  const raw = openForWriting(file, busyTimeoutMs);
  if (!raw.ok) return raw;
  const query = new Kysely<Tables>({ dialect: new SqliteDialect({ database: toKyselyDatabase(raw.value) }) });
  const migrated = await migrate(raw.value, query);
  if (migrated !== undefined) {
    await query.destroy();
    return err(refusal(file, migrated));
  }
  return ok({ query, raw: raw.value, close: () => query.destroy() });
}

/** A connection that cannot write, for the thread that answers requests. */
export function openReader({ file, busyTimeoutMs }: OpenOptions): DatabaseSyncInstance {
  return new DatabaseSync(file, { readOnly: true, timeout: busyTimeoutMs });
}

function openForWriting(file: string, busyTimeoutMs: number): Result<DatabaseSyncInstance, Failure> {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const raw = new DatabaseSync(file, { timeout: busyTimeoutMs });
    chmodSync(file, 0o600); // it holds password hashes
    // NORMAL: what was committed survives a kill -9; only a power cut may take the last commits.
    raw.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on');
    return ok(raw);
  } catch (error) {
    return err(refusal(file, messageOf(error)));
  }
}

/** What went wrong, or undefined. Two processes that start at once migrate one after the other. */
async function migrate(raw: DatabaseSyncInstance, query: Kysely<Tables>): Promise<string | undefined> {
  const migrator = new Migrator({ db: query, provider: { getMigrations: async () => ({ ...migrations }) } });
  if (await isCurrent(query)) return undefined;
  raw.exec('begin immediate');
  const unknown = await unknownMigration(query);
  if (unknown !== undefined) {
    raw.exec('rollback');
    return `a newer version of pipe wrote it (${unknown})`;
  }
  const { error } = await migrator.migrateToLatest();
  raw.exec(error === undefined ? 'commit' : 'rollback');
  return error === undefined ? undefined : messageOf(error);
}

async function isCurrent(query: Kysely<Tables>): Promise<boolean> {
  const applied = await appliedMigrations(query);
  const known = Object.keys(migrations);
  return applied.length === known.length && known.every((name) => applied.includes(name));
}

async function unknownMigration(query: Kysely<Tables>): Promise<string | undefined> {
  return (await appliedMigrations(query)).find((name) => !Object.hasOwn(migrations, name));
}

async function appliedMigrations(query: Kysely<Tables>): Promise<readonly string[]> {
  const tables = await sql`select name from sqlite_master where name = 'kysely_migration'`.execute(query);
  if (tables.rows.length === 0) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(query);
  return rows.map((row) => row.name);
}

/** kysely was written for better-sqlite3; this is the small part of it that it uses. */
function toKyselyDatabase(raw: DatabaseSyncInstance): SqliteDatabase {
  return {
    prepare(text) {
      const statement = raw.prepare(text);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...parameters.map(toParameter)),
        run: (parameters) => statement.run(...parameters.map(toParameter)),
        iterate: (parameters) => statement.iterate(...parameters.map(toParameter)),
      };
    },
    close: () => raw.close(),
  };
}

const toParameter = (value: unknown): unknown => (typeof value === 'string' ? toStorable(value) : value);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown error');

const refusal = (file: string, problem: string): Failure => ({
  code: 'system',
  operation: 'open the database',
  path: file,
  problem,
});
