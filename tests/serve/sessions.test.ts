/** Sessions: refresh tokens that are good once, thieves found out, signing out. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bearer, bodyOf, createRig, FORM, JSON_TYPE, type Rig } from './support/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

interface Pair {
  readonly access_token: string;
  readonly refresh_token: string;
}

let first: Pair;
beforeEach(async () => {
  first = await bodyOf(await rig.login('alice', 'alice of the tests'));
});

const refresh = (token: string) => rig.post('/auth/refresh', JSON.stringify({ refresh_token: token }), JSON_TYPE);
const pairOf = async (token: string): Promise<Pair> => bodyOf(await refresh(token));
const statusWith = async (token: string) =>
  (await rig.app.request('/users/me', { headers: { Host: 'localhost', ...bearer(token) } })).status;

describe('a refresh token', () => {
  test('gives the next pair, whose access token works and whose answer nobody keeps', async () => {
    const response = await refresh(first.refresh_token);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const next = await bodyOf(response);
    expect(next).toEqual({
      access_token: expect.any(String),
      token_type: 'bearer',
      expires_in: 1800,
      refresh_token: expect.stringMatching(/^rt_/),
    });
    expect(next.refresh_token).not.toBe(first.refresh_token);
    expect(await statusWith(next.access_token)).toBe(200);
  });

  test('may come as a form, at /auth/refresh and as a grant at /auth/token', async () => {
    const next = await bodyOf(await rig.post('/auth/refresh', `refresh_token=${first.refresh_token}`, FORM));
    const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: next.refresh_token });
    const response = await rig.post('/auth/token', form.toString(), FORM);
    expect(response.status).toBe(200);
    expect((await bodyOf(response)).refresh_token).toMatch(/^rt_/);
  });

  test('shown again within ten seconds gives the same successor: the answer may have been lost', async () => {
    const next = await pairOf(first.refresh_token);
    rig.advance(9_000);
    expect((await pairOf(first.refresh_token)).refresh_token).toBe(next.refresh_token);
    expect((await refresh(next.refresh_token)).status).toBe(200);
  });

  test('shown again later was stolen: the whole session ends, access tokens with it', async () => {
    const next = await pairOf(first.refresh_token);
    rig.advance(11_000);
    const again = await refresh(first.refresh_token);
    expect(again.status).toBe(400);
    expect(await bodyOf(again)).toMatchObject({ code: 'invalid_grant', error: 'invalid_grant' });
    expect((await refresh(next.refresh_token)).status).toBe(400);
    expect(await statusWith(next.access_token)).toBe(401);
    expect(rig.logged.join()).toContain('a used refresh token came again');
    expect(rig.logged.join()).not.toContain(first.refresh_token);
  });

  test('lives seven days unused', async () => {
    rig.advance(7 * 86_400_000 + 1_000);
    expect((await refresh(first.refresh_token)).status).toBe(400);
  });

  test('and its successors live thirty days, however often they are used', async () => {
    let token = first.refresh_token;
    for (let day = 0; day < 30; day += 6) {
      ({ refresh_token: token } = await pairOf(token));
      rig.advance(6 * 86_400_000);
    }
    rig.advance(1_000);
    expect((await refresh(token)).status).toBe(400);
  });

  test.each([
    ['an unknown one', JSON.stringify({ refresh_token: 'rt_unknown' }), 400],
    ['an access token', JSON.stringify({ refresh_token: 'a.b.c' }), 400],
    ['none', '{}', 422],
    ['a number', '{"refresh_token":5}', 422],
    ['a list', '[]', 422],
  ])('%s is refused', async (_, body, status) => {
    const response = await rig.post('/auth/refresh', body, JSON_TYPE);
    expect(response.status).toBe(status);
    expect((await bodyOf(response)).error).toBe(status === 400 ? 'invalid_grant' : 'invalid_request');
  });

  test('is refused for a user who was disabled or changed the password', async () => {
    await rig.store.changeUser({ username: 'alice', change: { disabled: true } });
    expect((await refresh(first.refresh_token)).status).toBe(400);
    await rig.store.changeUser({ username: 'alice', change: { disabled: false } });
    const later: Pair = await bodyOf(await rig.login('alice', 'alice of the tests'));
    await rig.store.changeUser({ username: 'alice', change: { mustChangePassword: false, disabled: false } });
    expect((await refresh(later.refresh_token)).status).toBe(400);
  });

  test('stands nowhere in the database', async () => {
    const rows = await rig.database.query.selectFrom('refresh_tokens').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(first.refresh_token);
  });
});

describe('a session ends', () => {
  test('with a logout, and no other does', async () => {
    const other: Pair = await bodyOf(await rig.login('alice', 'alice of the tests'));
    const response = await rig.post('/auth/logout', '', bearer(first.access_token));
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
    expect(await statusWith(first.access_token)).toBe(401);
    expect((await refresh(first.refresh_token)).status).toBe(400);
    expect(await statusWith(other.access_token)).toBe(200);
  });

  test.each(['access_token', 'refresh_token'] as const)('when its %s is revoked', async (name) => {
    const response = await rig.post('/auth/revoke', new URLSearchParams({ token: first[name] }).toString(), FORM);
    expect([response.status, await response.text()]).toEqual([200, '{}']);
    expect(await statusWith(first.access_token)).toBe(401);
    expect((await refresh(first.refresh_token)).status).toBe(400);
  });

  test('not by revoking what is no token', async () => {
    expect((await rig.post('/auth/revoke', 'token=nonsense', FORM)).status).toBe(200);
    expect((await rig.post('/auth/revoke', 'other=x', FORM)).status).toBe(422);
    expect(await statusWith(first.access_token)).toBe(200);
  });
});
