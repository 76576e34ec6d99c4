/** Accounts over HTTP: registering, what admins do, keys of programs, and the audit of it all. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findBrokenSeal } from '../../src/store/database/audit.ts';
import { bearer, bodyOf, createRig, FEATURES, JSON_TYPE, type Rig } from './support/rig.ts';

let rig: Rig;
let admin: Record<string, string>;
let alice: Record<string, string>;
beforeEach(async () => {
  rig = await createRig();
  admin = { ...bearer(await rig.tokenOf('admin')), ...JSON_TYPE };
  alice = { ...bearer(await rig.tokenOf('alice')), ...JSON_TYPE };
});
afterEach(() => rig.close());

const send = (method: string, path: string, body: unknown, headers = admin) =>
  rig.app.request(path, {
    method,
    headers: { Host: 'localhost', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const register = (body: object) => rig.post('/register', JSON.stringify(body), JSON_TYPE);
const audited = async () =>
  (await rig.store.listAudit(0)).map(({ actor, action, subject }) => [actor, action, subject]);

describe('registering', () => {
  const bob = {
    username: 'bob',
    password: 'correct horse',
    email: 'bob@example.org',
  };

  test('makes a user who can sign in', async () => {
    const response = await register(bob);
    expect(response.status).toBe(201);
    expect(await bodyOf(response)).toEqual({
      message: 'User registered successfully',
      username: 'bob',
      email: 'bob@example.org',
      role: 'user',
      disabled: false,
    });
    expect((await rig.login('bob', 'correct horse')).status).toBe(200);
    expect(await audited()).toContainEqual(['bob', 'user.register', 'bob']);
  });

  test.each([
    ['a name that is taken, however it is spelt', { ...bob, username: 'ALICE' }, 409],
    ['a common password', { ...bob, password: 'password123' }, 422],
    ['a password of 73 bytes', { ...bob, password: 'aé'.repeat(25) }, 422],
    ['a name with a slash', { ...bob, username: 'a/b' }, 422],
    ['a name that is a path of ours', { ...bob, username: 'Me' }, 422],
    ['a name with a Cyrillic a among Latin letters', { ...bob, username: '\u0430dmin' }, 422],
    ['a name with a Greek omicron among Latin letters', { ...bob, username: 'b\u03bfb' }, 422],
    ['a name with a dotless i', { ...bob, username: 'adm\u0131n' }, 422],
    ['a name taken in full-width letters', { ...bob, username: 'ａｌｉｃｅ' }, 409],
    ['a role of one’s own choice', { ...bob, role: 'admin' }, 422],
    ['no password', { username: 'bob' }, 422],
  ])('%s is refused', async (_, body, status) => {
    expect((await register(body)).status).toBe(status);
  });

  test('is closed unless it was opened, and says so before anything else', async () => {
    const closed = await createRig({ registration: 'closed' });
    const response = await closed.post('/register', '{', JSON_TYPE);
    expect(response.status).toBe(403);
    expect((await bodyOf(response)).code).toBe('registration_closed');
    await closed.close();
  });

  test('stops an address that makes account after account', async () => {
    for (let i = 0; i < 10; i++) await register({ ...bob, username: 'ALICE' });
    const response = await register(bob);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('an admin', () => {
  test('sees all users, and never a hash', async () => {
    const { items } = await bodyOf(await send('GET', '/users', undefined));
    expect(items.map(({ username }: { username: string }) => username)).toEqual(['admin', 'alice', 'newcomer']);
    expect(JSON.stringify(items)).not.toContain('$2');
    expect((await send('GET', '/users/ALICE', undefined)).status).toBe(200);
    expect((await send('GET', '/users/nobody', undefined)).status).toBe(404);
  });

  test('changes nothing by asking for nothing', async () => {
    const before = (await audited()).length;
    const response = await send('PATCH', '/users/alice', {});
    expect(response.status).toBe(200);
    expect((await bodyOf(response)).username).toBe('alice');
    expect(await audited()).toHaveLength(before);
  });

  test('locks a user out at once', async () => {
    expect((await bodyOf(await send('PATCH', '/users/alice', { disabled: true }))).disabled).toBe(true);
    expect((await send('GET', '/users/me', undefined, alice)).status).toBe(401);
    expect(await audited()).toContainEqual(['admin', 'user.change', 'alice']);
  });

  test('sets a password that must be changed', async () => {
    await send('PATCH', '/users/alice', { password: 'given by an admin' });
    const { access_token: token } = await bodyOf(await rig.login('alice', 'given by an admin'));
    const response = await rig.predict(JSON.stringify({ features: FEATURES }), bearer(token));
    expect((await bodyOf(response)).code).toBe('password_change_required');
    expect(JSON.stringify(await rig.store.listAudit(0))).not.toContain('given by an admin');
  });

  test('removes a user with sessions and keys; the name may be taken anew', async () => {
    const { key } = await bodyOf(await send('POST', '/api-keys', { name: 'k', scopes: ['predict'] }, alice));
    expect((await send('DELETE', '/users/alice', undefined)).status).toBe(204);
    expect((await send('GET', '/users/me', undefined, alice)).status).toBe(401);
    await register({
      username: 'alice',
      password: 'another alice altogether',
    }).then(({ status }) => expect(status).toBe(422));
    await register({
      username: 'alice',
      password: 'someone else entirely',
    }).then(({ status }) => expect(status).toBe(201));
    expect((await send('GET', '/users/me', undefined, alice)).status).toBe(401);
    expect((await rig.predict('{}', bearer(key))).status).toBe(401);
  });

  test('who is the last one is neither removed, disabled nor demoted', async () => {
    expect((await send('DELETE', '/users/newcomer', undefined)).status).toBe(204);
    for (const change of [{ role: 'user' }, { disabled: true }]) {
      const response = await send('PATCH', '/users/admin', change);
      expect(response.status).toBe(409);
      expect((await bodyOf(response)).code).toBe('last_admin');
    }
    expect((await send('DELETE', '/users/admin', undefined)).status).toBe(409);
    expect((await send('GET', '/users/me', undefined)).status).toBe(200);
  });

  test.each([[{ role: 'god' }], [{ admin: true }], [{ password: 'short' }]])('%j is 422', async (change) => {
    expect((await send('PATCH', '/users/alice', change)).status).toBe(422);
  });
});

describe('a key', () => {
  const make = async (scopes: readonly string[], headers = alice, extra = {}) =>
    bodyOf(await send('POST', '/api-keys', { name: 'ci', scopes, ...extra }, headers));
  const predict = async (key: string) =>
    (await rig.predict(JSON.stringify({ features: FEATURES }), bearer(key))).status;

  test('does what its scopes say and nothing else', async () => {
    const { key } = await make(['predict']);
    expect(await predict(key)).toBe(200);
    const history = await send('GET', '/api/v1/predictions/history', undefined, bearer(key));
    expect(history.status).toBe(403);
    expect(history.headers.get('www-authenticate')).toContain('scope="history"');
    for (const path of ['/users/me', '/api-keys']) {
      expect((await send('GET', path, undefined, bearer(key))).status).toBe(403);
    }
  });

  test('can do no more than its owner', async () => {
    const { key } = await make(['retrain']);
    expect((await send('GET', '/retrain', undefined, bearer(key))).status).toBe(403);
    const { key: ofAdmin } = await make(['retrain'], admin);
    expect((await send('GET', '/retrain', undefined, bearer(ofAdmin))).status).toBe(200);
    await send('PATCH', '/users/alice', { disabled: true });
    expect(await predict((await make(['predict'], admin)).key)).toBe(200);
    expect(await predict(key)).toBe(401);
  });

  test('is refused once it has expired or was removed', async () => {
    const expires_at = new Date(rig.now() + 60_000).toISOString();
    const { key, id } = await make(['predict'], alice, { expires_at });
    expect(await predict(key)).toBe(200);
    rig.advance(61_000);
    expect(await predict(key)).toBe(401);
    const other = await make(['predict']);
    expect((await send('DELETE', `/api-keys/${other.id}`, undefined, alice)).status).toBe(204);
    expect(await predict(other.key)).toBe(401);
    expect((await send('DELETE', `/api-keys/${id}`, undefined)).status).toBe(204);
  });

  test('is shown once, and another’s is nobody’s business', async () => {
    const { key, id } = await make(['predict'], admin);
    const list = await (await send('GET', '/api-keys', undefined)).text();
    expect(list).toContain(id);
    expect(list).not.toContain(key);
    expect((await bodyOf(await send('GET', '/api-keys', undefined, alice))).items).toEqual([]);
    expect((await send('DELETE', `/api-keys/${id}`, undefined, alice)).status).toBe(404);
    expect(JSON.stringify(await rig.store.listApiKeys(undefined))).not.toContain(key);
  });
});

test('the audit is sealed line by line', async () => {
  await send('PATCH', '/users/alice', { disabled: true });
  await send('PATCH', '/users/alice', { disabled: false });
  const key = new Uint8Array(32);
  const lines = await rig.store.listAudit(0);
  expect(findBrokenSeal(lines, key)).toBeUndefined();
  expect(
    findBrokenSeal(
      lines.map((line) => (line.seq === 4 ? { ...line, actor: 'nobody' } : line)),
      key,
    ),
  ).toBe(4);
  expect(
    findBrokenSeal(
      lines.filter(({ seq }) => seq !== 2),
      key,
    ),
  ).toBe(2);
  expect(findBrokenSeal(lines, new Uint8Array(32).fill(1))).toBe(1);
});
