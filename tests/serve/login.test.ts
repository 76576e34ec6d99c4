import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AUDIT, bearer, bodyOf, createRig, FORM, JSON_TYPE, type Rig } from './support/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

const form = (body: string, headers = {}) => rig.post('/auth/token', body, { ...FORM, ...headers });
const GOOD = 'username=alice&password=alice+of+the+tests';

describe('signing in', () => {
  test.each(['/auth/token', '/token'])('%s answers a form with a token', async (path) => {
    const response = await rig.post(path, GOOD, FORM);
    expect(response.status).toBe(200);
    expect(await bodyOf(response)).toEqual({
      access_token: expect.stringMatching(/^eyJ/),
      token_type: 'bearer',
      expires_in: 1800,
      refresh_token: expect.stringMatching(/^rt_/),
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('pragma')).toBe('no-cache');
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  test.each([
    ['grant_type=password', `${GOOD}&grant_type=password`],
    ['an empty grant_type', `${GOOD}&grant_type=`],
    ['fields that it does not know', `${GOOD}&scope=&client_id=x`],
    ['another spelling of the name', 'username=+ALICE+&password=alice+of+the+tests'],
    ['the name in full-width letters', 'username=%EF%BD%81lice&password=alice+of+the+tests'],
  ])('takes %s', async (_, body) => {
    expect((await form(body)).status).toBe(200);
  });

  test('a wrong password and an unknown name get the same answer', async () => {
    const wrong = await form('username=admin&password=nope');
    const unknown = await form('username=nobody&password=nope');
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer');
    const { request_id: id, ...body } = await bodyOf(wrong);
    expect(id).toEqual(expect.any(String));
    expect(body).toMatchObject({ detail: 'Incorrect username or password', error: 'invalid_grant' });
    expect(unknown.status).toBe(401);
    expect(await bodyOf(unknown)).toMatchObject(body);
    expect(Object.fromEntries(unknown.headers)).toEqual(Object.fromEntries(wrong.headers));
  });

  test('a disabled user gets the answer of a wrong password', async () => {
    await rig.store.addUser({ ...(await userOf('alice')), id: 'x', username: 'bob', audit: AUDIT });
    await rig.store.changeUser({ username: 'bob', change: { disabled: true } });
    const response = await rig.login('bob', 'alice of the tests');
    expect(response.status).toBe(401);
    expect((await bodyOf(response)).detail).toBe('Incorrect username or password');
  });

  test.each([
    ['no password', 'username=alice', [['body', 'password']]],
    ['an empty password', 'username=alice&password=', [['body', 'password']]],
    ['an empty form', '', [['body', 'username'], ['body', 'password']]], // biome-ignore format: one line a case
  ])('%s is 422 and names what is missing', async (_, body, locs) => {
    const response = await form(body);
    expect(response.status).toBe(422);
    const { detail } = await bodyOf(response);
    expect(detail.map((fault: { loc: unknown }) => fault.loc)).toEqual(locs);
    expect(detail[0].type).toBe('missing');
  });

  test('credentials in the query string are not looked at', async () => {
    const response = await rig.post(`/auth/token?${GOOD}`, '', FORM);
    expect(response.status).toBe(422);
  });

  test.each([
    ['a field that comes twice', 'username=alice&username=admin&password=x', 422],
    ['bytes that are no UTF-8', 'username=%ff%fe&password=x', 422],
    ['another grant', `${GOOD}&grant_type=client_credentials`, 400],
    ['a form of a megabyte', `username=alice&password=${'x'.repeat(1_000_000)}`, 413],
  ])('%s is refused', async (_, body, status) => {
    expect((await form(body)).status).toBe(status);
  });

  test.each([
    ['JSON', JSON_TYPE],
    ['multipart', { 'Content-Type': 'multipart/form-data' }],
    ['a compressed form', { ...FORM, 'Content-Encoding': 'gzip' }],
  ])('%s is 415', async (_, headers) => {
    expect((await rig.post('/auth/token', GOOD, headers)).status).toBe(415);
  });

  test('a password beyond 72 bytes is never taken for its first 72', async () => {
    const long = 'x'.repeat(72);
    await rig.store.addUser({ ...(await userOf('alice')), id: 'y', username: 'long', audit: AUDIT });
    const hashed = await hashOf(long);
    await rig.store.changeUser({ username: 'long', change: { passwordHash: hashed } });
    expect((await rig.login('long', long)).status).toBe(200);
    expect((await rig.login('long', `${long}y`)).status).toBe(401);
  });

  test('the log names who failed on one line and never his password', async () => {
    await rig.login('mallory"}\n{"level":"audit', 'a secret guess');
    expect(rig.logged.at(-1)).toContain('mallory');
    expect(rig.logged.at(-1)).not.toContain('\n');
    expect(rig.logged.join()).not.toContain('a secret guess');
  });
});

describe('changing a password', () => {
  test('a password that must be changed opens nothing else', async () => {
    const token = await rig.tokenOf('newcomer');
    const get = (path: string) => rig.app.request(path, { headers: { Host: 'localhost', ...bearer(token) } });
    expect((await get('/users/me')).status).toBe(200);
    const refused = await get('/retrain');
    expect(refused.status).toBe(403);
    expect((await bodyOf(refused)).code).toBe('password_change_required');
  });

  test('ends every session but the one it answers with', async () => {
    const old = await rig.tokenOf('newcomer');
    const change = (token: string, body: object) =>
      rig.post('/users/me/password', JSON.stringify(body), { ...JSON_TYPE, ...bearer(token) });
    const wrong = await change(old, { current_password: 'no', new_password: 'much better than that' });
    expect(wrong.status).toBe(422);
    const weak = await change(old, { current_password: 'to be changed soon', new_password: 'short' });
    expect((await bodyOf(weak)).detail[0]).toMatchObject({ loc: ['body', 'new_password'] });

    const changed = await change(old, {
      current_password: 'to be changed soon',
      new_password: 'much better than that',
    });
    expect(changed.status).toBe(200);
    const { access_token: fresh } = await bodyOf(changed);
    const me = (token: string) => rig.app.request('/users/me', { headers: { Host: 'localhost', ...bearer(token) } });
    expect((await me(old)).status).toBe(401);
    expect(await bodyOf(await me(fresh))).toMatchObject({ username: 'newcomer', must_change_password: false });
    expect((await rig.login('newcomer', 'much better than that')).status).toBe(200);
    const line = { actor: 'newcomer', action: 'user.change', subject: 'newcomer', detail: '{"password":"set"}' };
    expect((await rig.store.listAudit(0)).at(-1)).toMatchObject(line);
  });
});

async function userOf(name: string) {
  const user = await rig.store.findUser(name);
  if (user === undefined) throw new Error(name);
  return user;
}

async function hashOf(password: string) {
  const { hashSync } = await import('bcryptjs');
  return hashSync(password, 4);
}
