/** Text that two readers take for two things: a NUL, at which the database's driver ends, and half a character. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrokenSeal } from '../../src/store/database/audit.ts';
import { AUDIT, bearer, bodyOf, createRig, FEATURES, JSON_TYPE, type Rig } from './support/rig.ts';

let rig: Rig;
let auth: Record<string, string>;
beforeAll(async () => {
  rig = await createRig();
  auth = bearer(await rig.tokenOf('alice'));
});
afterAll(() => rig.close());

test.each(['alice\0', 'alice\0x', '\0alice', 'alice\ufffd'])('%j is not alice', async (name) => {
  expect((await rig.login(name, 'alice of the tests')).status).toBe(401);
  const admin = { Host: 'localhost', ...bearer(await rig.tokenOf('admin')) };
  expect((await rig.app.request(`/users/${encodeURIComponent(name)}`, { headers: admin })).status).toBe(404);
});

test('an id with a NUL behind it is no id', async () => {
  const { id } = await bodyOf(await rig.predict(JSON.stringify({ features: FEATURES }), auth));
  await rig.history.flush(10_000);
  const get = (path: string) => rig.app.request(path, { headers: { Host: 'localhost', ...auth } });
  expect((await get(`/api/v1/predictions/${id}`)).status).toBe(200);
  expect((await get(`/api/v1/predictions/${id}%00`)).status).toBe(404);
});

test.each(['a\0b', 'a\ud800b', 'a\nb'])('a key named %j is refused', async (name) => {
  const answer = await rig.post('/api-keys', JSON.stringify({ name, scopes: ['predict'] }), { ...JSON_TYPE, ...auth });
  expect([answer.status, (await bodyOf(answer)).detail[0].loc]).toEqual([422, ['body', 'name']]);
});

test.each(['quiet\0sentence', 'quiet\ud800sentence'])('the password %j is refused', async (password) => {
  const answer = await rig.post('/register', JSON.stringify({ username: 'dora', password }), JSON_TYPE);
  expect([answer.status, (await bodyOf(answer)).detail[0].loc]).toEqual([422, ['body', 'password']]);
});

test('a line of the audit verifies whatever text it is about', async () => {
  for (const text of ['a\0b', 'a\ud800b', 'a\ufffdb', '𝒢', ''])
    await rig.store.appendAudit({ ...AUDIT, actor: text, action: 'test', subject: text, detail: { text } });
  const lines = await rig.store.listAudit(0);
  expect(lines.slice(-5).map(({ subject }) => subject)).toEqual(['a\ufffdb', 'a\ufffdb', 'a\ufffdb', '𝒢', '']);
  expect(findBrokenSeal(lines, new Uint8Array(32))).toBeUndefined();
});
