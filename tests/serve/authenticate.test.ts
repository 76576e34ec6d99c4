import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AUDIT, bearer, bodyOf, createRig, SECRET, type Rig } from './support/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

const me = (headers: Record<string, string>) =>
  rig.app.request('/users/me', { headers: { Host: 'localhost', ...headers } });
const statusOf = async (token: string) => (await me(bearer(token))).status;

interface Forgery {
  readonly header?: object;
  readonly payload?: object;
  readonly key?: string;
}

/** A token like ours with one thing changed. */
async function forge({ header = {}, payload = {}, key = SECRET }: Forgery) {
  const [ownHeader = '', ownPayload = ''] = (await rig.tokenOf('alice')).split('.');
  const read = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString());
  const claims = Object.fromEntries(
    Object.entries({ ...read(ownPayload), ...payload }).filter(([, value]) => value !== undefined),
  );
  return new SignJWT(claims).setProtectedHeader({ ...read(ownHeader), ...header }).sign(new TextEncoder().encode(key));
}

test('our own token is accepted, and the second time from memory', async () => {
  const token = await rig.tokenOf('alice');
  expect([await statusOf(token), await statusOf(token)]).toEqual([200, 200]);
  expect(await bodyOf(await me(bearer(token)))).toEqual({
    username: 'alice',
    email: null,
    role: 'user',
    disabled: false,
    must_change_password: false,
    created_at: '2026-01-02T03:04:05.678Z',
  });
});

test('without a token the challenge names no error', async () => {
  const response = await me({});
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe('Bearer');
  expect((await bodyOf(response)).detail).toBe('Not authenticated');
});

test('another scheme counts as no token', async () => {
  const response = await me({ Authorization: 'Basic YWRtaW46YWRtaW4=' });
  expect(response.headers.get('www-authenticate')).toBe('Bearer');
});

test.each([
  ['the scheme alone', () => 'Bearer'],
  ['two spaces', async () => `Bearer  ${await rig.tokenOf('alice')}`],
  ['two tokens', async () => `Bearer ${await rig.tokenOf('alice')}, Bearer ${await rig.tokenOf('admin')}`],
  ['garbage', () => 'Bearer garbage'],
  ['three words', () => 'Bearer a.b.c'],
  ['dots', () => 'Bearer ..'],
  ['a token of 60 KB', () => `Bearer ${'a'.repeat(60_000)}`],
  ['padding', async () => `Bearer ${await rig.tokenOf('alice')}=`],
  ['a fourth part', async () => `Bearer ${await rig.tokenOf('alice')}.x`],
  ['another last letter of the same bits', async () => `Bearer ${sameBits(await rig.tokenOf('alice'))}`],
])('%s is 401 and says invalid_token', async (_, header) => {
  const response = await me({ Authorization: await header() });
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  expect((await bodyOf(response)).detail).toBe('Could not validate credentials');
});

test.each([
  ['another key', { key: 'another secret that is long enough to sign' }],
  ['an unknown kid', { header: { kid: 'other' } }],
  ['a kid that is a path', { header: { kid: '../../dev/null' } }],
  ['a kid that is a number', { header: { kid: 5 } }],
  ['another typ', { header: { typ: 'JWT' } }],
  ['no exp', { payload: { exp: undefined } }],
  ['an exp beyond our lifetime', { payload: { exp: 1e15 } }],
  ['an exp that has passed', { payload: { exp: 1 } }],
  ['an nbf to come', { payload: { nbf: Math.floor(Date.now() / 1000) + 300 } }],
  ['no iat', { payload: { iat: undefined } }],
  ['no jti', { payload: { jti: undefined } }],
  ['no sub', { payload: { sub: undefined } }],
  ['a list as sub', { payload: { sub: ['alice'] } }],
  ['a sub that is nobody', { payload: { sub: 'nobody' } }],
  ['another issuer', { payload: { iss: 'other' } }],
  ['another audience', { payload: { aud: 'other' } }],
  ['no token version', { payload: { tv: undefined } }],
  ['another token version', { payload: { tv: 1 } }],
])('a signed token with %s is 401', async (_, forgery: Forgery) => {
  expect(await statusOf(await forge(forgery))).toBe(401);
});

test('the forger of these tests can make a token that passes', async () => {
  expect(await statusOf(await forge({}))).toBe(200);
});

test('a token without a signature is 401', async () => {
  const token = new UnsecuredJWT({ sub: 'admin', tv: 1 }).setExpirationTime('1h').encode();
  expect(await statusOf(token)).toBe(401);
});

test('a crit header that nobody knows is 401', async () => {
  const [, payload = '', signature = ''] = (await rig.tokenOf('alice')).split('.');
  const header = Buffer.from('{"alg":"HS256","crit":["x"],"x":1}').toString('base64url');
  expect(await statusOf(`${header}.${payload}.${signature}`)).toBe(401);
});

test('a role in the token counts for nothing', async () => {
  const token = await forge({ payload: { role: 'admin' } });
  const response = await rig.post('/retrain', '', bearer(token));
  expect(response.status).toBe(403);
  expect(response.headers.get('www-authenticate')).toContain('insufficient_scope');
  expect((await bodyOf(response)).detail).toBe('Only for Admin!');
});

test('disabling a user ends his sessions at once, also those in memory', async () => {
  await rig.store.addUser({ ...(await aliceAs('carol')), mustChangePassword: false, audit: AUDIT });
  const token = await rig.tokenOf('carol');
  expect(await statusOf(token)).toBe(200);
  await rig.store.changeUser({ username: 'carol', change: { disabled: true } });
  expect(await statusOf(token)).toBe(401);
  expect(await statusOf(await rig.tokenOf('carol'))).toBe(401);
});

test('a demoted admin goes on as a user', async () => {
  await rig.store.addUser({ ...(await aliceAs('dave')), role: 'admin', audit: AUDIT });
  const token = await rig.tokenOf('dave');
  const list = () => rig.app.request('/retrain', { headers: { Host: 'localhost', ...bearer(token) } });
  expect((await list()).status).toBe(200);
  await rig.store.changeUser({ username: 'dave', change: { role: 'user' } });
  expect((await list()).status).toBe(403);
  expect(await statusOf(token)).toBe(200);
});

test('a token in memory expires too', async () => {
  const token = await rig.tokenOf('alice');
  expect(await statusOf(token)).toBe(200);
  rig.advance(1_800_000);
  const response = await me(bearer(token));
  expect(response.status).toBe(401);
  expect((await bodyOf(response)).code).toBe('token_expired');
});

/** Flips a bit that base64url throws away: decoders read the same signature. */
function sameBits(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + alphabet.charAt(alphabet.indexOf(token.slice(-1)) ^ 1);
}

async function aliceAs(username: string) {
  const alice = await rig.store.findUser('alice');
  if (alice === undefined) throw new Error('no alice');
  return { ...alice, id: username, username };
}
