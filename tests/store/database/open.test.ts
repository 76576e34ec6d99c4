import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { acquireExclusive } from '../../../src/store/database/exclusive.ts';
import { migrations } from '../../../src/store/database/migrations.ts';
import { openDatabase, openReader } from '../../../src/store/database/open.ts';
import { runProgram } from '../../support/run-program.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const options = () => ({ file: join(tempFolder(), 'data', 'serve.db'), busyTimeoutMs: 5_000 });

test('a database that is not there is made with all tables, for its owner only', async () => {
  const { file, busyTimeoutMs } = options();
  const opened = await openDatabase({ file, busyTimeoutMs });
  if (!opened.ok) return expect.unreachable();
  const tables = opened.value.raw.prepare("select name from sqlite_master where type = 'table'").all();
  expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['users', 'predictions', 'retrains']));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await opened.value.close();
});

test('opening it again changes nothing', async () => {
  const where = options();
  const first = await openDatabase(where);
  if (first.ok) await first.value.close();
  const second = await openDatabase(where);
  expect(second.ok).toBe(true);
  if (second.ok) await second.value.close();
});

test('one that a newer version wrote is refused and not touched', async () => {
  const where = options();
  const first = await openDatabase(where);
  if (!first.ok) return expect.unreachable();
  first.value.raw.exec("insert into kysely_migration values ('999_of_tomorrow', '2099-01-01')");
  await first.value.close();
  const refused = await openDatabase(where);
  expect(refused).toMatchObject({ ok: false, error: { problem: expect.stringContaining('newer version') } });
});

test('a file that is no database is refused in words', async () => {
  const where = options();
  const { publishFile } = await import('../../../src/store/publish.ts');
  publishFile(where.file, 'not a database at all, but long enough to be taken for one');
  expect(await openDatabase(where)).toMatchObject({ ok: false, error: { code: 'system', path: where.file } });
});

test('processes that start at once all get a whole database', async () => {
  const { file } = options();
  const opener = join(import.meta.dirname, 'opener.ts');
  const ends = await Promise.all(Array.from({ length: 4 }, () => runProgram(opener, [file]).ended));
  expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual(ends.map(() => ({ code: 0, stderr: '' })));
  const reader = openReader({ file, busyTimeoutMs: 100 });
  expect(reader.prepare('select count(*) as n from kysely_migration').get().n).toBe(Object.keys(migrations).length);
  reader.close();
});

test('a reader cannot write', async () => {
  const where = options();
  const opened = await openDatabase(where);
  const reader = openReader(where);
  expect(() => reader.exec("delete from users where id = 'x'")).toThrow(/readonly/);
  reader.close();
  if (opened.ok) await opened.value.close();
});

test('a data directory has one daemon, until that one is gone', () => {
  const file = join(tempFolder(), 'daemon.lock');
  const first = acquireExclusive(file);
  expect(first).toBeDefined();
  expect(acquireExclusive(file)).toBeUndefined();
  first?.release();
  const second = acquireExclusive(file);
  expect(second).toBeDefined();
  second?.release();
});
