import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ensureAccounts } from '../../src/serve/auth/first-run.ts';
import { keyRingFromFile } from '../../src/serve/auth/key-ring.ts';
import { findPasswordFault, findUsernameFault } from '../../src/serve/auth/password-policy.ts';
import { createPasswords } from '../../src/serve/auth/passwords.ts';
import { createNewId } from '../../src/serve/new-id.ts';
import type { Secret } from '../../src/serve/settings.ts';
import { openDatabase } from '../../src/store/database/open.ts';
import { createStore } from '../../src/store/database/store.ts';
import { tempFolder } from '../support/temp-folder.ts';

async function dataDirectory() {
  const dataDir = tempFolder();
  const opened = await openDatabase({ file: join(dataDir, 'serve.db'), busyTimeoutMs: 1_000 });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const store = createStore(opened.value, new Uint8Array(32));
  const passwords = createPasswords({ threads: 1, maxQueue: 4, cost: 4 });
  onTestFinished(async () => {
    await passwords.close();
    await opened.value.close();
  });
  const ensure = (demo: boolean, password?: Secret) =>
    ensureAccounts({
      settings: { demo, dataDir, admin: { username: 'root', password } },
      store,
      passwords,
      now: Date.now,
      newId: createNewId(Date.now),
    });
  return { dataDir, store, passwords, ensure };
}

test('the first start makes an admin with a random password in a file of its owner, to be changed', async () => {
  const { dataDir, store, passwords, ensure } = await dataDirectory();
  const file = join(dataDir, 'initial-admin-password');
  expect(await ensure(false)).toEqual({ ok: true, value: expect.stringContaining(file) });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const user = await store.findUser('root');
  expect(user).toMatchObject({ role: 'admin', mustChangePassword: true });
  expect(await passwords.compare(readFileSync(file, 'utf8').trim(), user?.passwordHash)).toEqual({
    ok: true,
    value: true,
  });
  expect(await ensure(false)).toEqual({ ok: true, value: undefined });
});

test('a password from the environment is taken if it is a good one', async () => {
  const { store, ensure } = await dataDirectory();
  expect(await ensure(false, { text: 'admin123' })).toMatchObject({ ok: false });
  expect(await ensure(false, { file: '/nowhere/at/all' })).toMatchObject({ ok: false });
  expect(await ensure(false, { text: 'a long and good one' })).toMatchObject({ ok: true });
  expect(await store.findUser('root')).toMatchObject({ mustChangePassword: false });
});

test('demo accounts and real ones never share a folder', async () => {
  const demo = await dataDirectory();
  expect(await demo.ensure(true)).toEqual({ ok: true, value: undefined });
  expect((await demo.store.listUsers()).map(({ username }) => username)).toEqual(['admin', 'alice']);
  expect(await demo.ensure(false)).toMatchObject({ ok: false, error: expect.stringContaining('public') });
  const real = await dataDirectory();
  await real.ensure(false);
  expect(await real.ensure(true)).toMatchObject({ ok: false, error: expect.stringContaining('real accounts') });
});

test('a key ring is made once, kept for its owner, and refused when it is none', async () => {
  const file = join(tempFolder(), 'keys.json');
  const first = await keyRingFromFile({ file, lifetimeMs: 1_800_000, now: Date.now });
  const second = await keyRingFromFile({ file, lifetimeMs: 1_800_000, now: Date.now });
  if (!first.ok || !second.ok) return expect.unreachable();
  expect(second.value.current.kid).toBe(first.value.current.kid);
  expect(first.value.find('another')).toBeUndefined();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const { publishFile } = await import('../../src/store/publish.ts');
  publishFile(file, '{"keys":[{"kid":"x","secret":"c2hvcnQ"}]}');
  expect(await keyRingFromFile({ file, lifetimeMs: 1_800_000, now: Date.now })).toMatchObject({ ok: false });
});

test.each([
  ['seven77', 'user', /at least 8/],
  ['eleven chars', 'admin', undefined],
  ['ten chars!', 'admin', /at least 12/],
  ['password123', 'user', /most common/],
  ['PassWord123', 'user', /most common/],
  ['aaaaaaaaaaaa', 'user', /most common/],
  ['123456789', 'user', /most common/],
  ['carol-the-great', 'user', /username/],
  ['x'.repeat(73), 'user', /72 bytes/],
  ['é'.repeat(37), 'user', /72 bytes/],
  ['a quiet sentence', 'user', undefined],
] as const)('the password %s of a %s', (password, role, words) => {
  const found = findPasswordFault({ password, username: 'carol', role });
  expect(found).toEqual(words === undefined ? undefined : expect.stringMatching(words));
});

test.each([
  '',
  '../../etc',
  'a\u0000b',
  'x'.repeat(65),
  ' ',
  '-dash',
  'a b',
  '<script>',
  'аdmin',
  'adm\u0131n',
  'αlice',
])('"%s" is no username', (name) => {
  expect(findUsernameFault(name)).toEqual(expect.any(String));
});

test.each(['alice', 'Ольга', 'γιώργος', 'straße', '山田たろう', 'a.b_c@example-1.org'])('%s is a username', (name) => {
  expect(findUsernameFault(name)).toBeUndefined();
});

test('ids are in the order in which they were made, also within a millisecond and when the clock goes back', () => {
  const times = [5, 5, 5, 6, 4, 4, 7];
  let at = 0;
  const newId = createNewId(() => times[at++] ?? 7);
  const ids = Array.from({ length: 600 }, () => newId());
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(600);
  expect(ids[0]).toMatch(/^00000000-0005-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
