import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase, openReader } from '../../../src/store/database/open.ts';
import {
  addUser,
  canonicalUsername,
  changeUser,
  createUserLookup,
  findUser,
  listUsers,
  type NewUser,
} from '../../../src/store/database/users.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const ALICE: NewUser = {
  id: '1',
  username: 'Alice',
  email: 'alice@example.org',
  passwordHash: 'hash',
  role: 'user',
  mustChangePassword: false,
  createdAt: '2026-01-02T03:04:05.678Z',
};

async function open() {
  const file = join(tempFolder(), 'serve.db');
  const opened = await openDatabase({ file, busyTimeoutMs: 1_000 });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  onTestFinished(() => opened.value.close());
  return { file, database: opened.value };
}

test.each([
  ['Alice', 'alice'],
  ['  ALICE ', 'alice'],
  ['ａｌｉｃｅ', 'alice'],
  ['Ünal', 'ünal'],
])('%s is the name %s', (given, canonical) => {
  expect(canonicalUsername(given)).toBe(canonical);
});

test('a name that is taken, in whatever spelling, is not added twice', async () => {
  const { database } = await open();
  expect(await addUser(database, ALICE)).toMatchObject({ username: 'Alice', disabled: false });
  expect(await addUser(database, { ...ALICE, id: '2', username: 'ａLICE' })).toBeUndefined();
  expect(await listUsers(database)).toHaveLength(1);
  expect(await findUser(database, ' alice')).toMatchObject({ id: '1', username: 'Alice', email: 'alice@example.org' });
});

test.each([
  ['a new password', { passwordHash: 'other' }, 1],
  ['disabling', { disabled: true }, 1],
  ['a new role', { role: 'admin' as const }, 0],
])('%s raises the token version by %d', async (_, change, by) => {
  const { database } = await open();
  const added = await addUser(database, ALICE);
  const changed = await changeUser(database, { username: 'ALICE', change });
  expect((changed?.tokenVersion ?? 0) - (added?.tokenVersion ?? 0)).toBe(by);
  expect(await changeUser(database, { username: 'bob', change })).toBeUndefined();
});

test('the lookup sees what another connection changed, at the next turn of the loop', async () => {
  const { file, database } = await open();
  const reader = openReader({ file, busyTimeoutMs: 20 });
  const lookup = createUserLookup(reader);
  expect(lookup('alice')).toBeUndefined();
  await addUser(database, ALICE);
  await nextTurn();
  expect(lookup('alice')?.role).toBe('user');
  await changeUser(database, { username: 'alice', change: { role: 'admin' } });
  await nextTurn();
  expect(lookup('alice')?.role).toBe('admin');
  const same = lookup('alice');
  expect(lookup('alice')).toBe(same);
  reader.close();
});
