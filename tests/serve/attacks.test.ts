/** Whoever has no password gets in by none of the known ways, and learns nothing from trying. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAccounts } from '../../src/serve/auth/accounts.ts';
import { keyRingFromFile } from '../../src/serve/auth/key-ring.ts';
import { createLoginThrottle } from '../../src/serve/auth/login-throttle.ts';
import { networkOf } from '../../src/serve/auth/network.ts';
import { createPasswords } from '../../src/serve/auth/passwords.ts';
import { createTokens } from '../../src/serve/auth/tokens.ts';
import { ok } from '../../src/lib/result.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { bearer, bodyOf, createRig, FEATURES, FORM, JSON_TYPE, SECRET, type Rig } from './support/rig.ts';
import { fc } from '../support/properties.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

const statusOf = async (token: string): Promise<number> =>
  (await rig.app.request('/users/me', { headers: { Host: 'localhost', ...bearer(token) } })).status;
const read = (segment = '') => JSON.parse(Buffer.from(segment, 'base64url').toString());
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Ours but for what is changed, and signed with our very key unless another is given. */
async function forge(change: { header?: object; payload?: unknown; key?: string; hash?: string }) {
  const [header, payload] = (await rig.tokenOf('alice')).split('.');
  const changed = change.payload ?? read(payload);
  const signed = `${encode({ ...read(header), ...change.header })}.${encode(changed)}`;
  const signature = createHmac(change.hash ?? 'sha256', change.key ?? SECRET)
    .update(signed)
    .digest('base64url');
  return `${signed}.${signature}`;
}

describe('a forged token', () => {
  test('is made by these tests as one that passes, when nothing is changed', async () => {
    expect(await statusOf(await forge({}))).toBe(200);
  });

  test.each(['none', 'None', 'NONE', 'nOnE', ''])('with alg "%s" and no signature is 401', async (alg) => {
    const [header, payload] = (await forge({ header: { alg } })).split('.');
    expect(await statusOf(`${header}.${payload}.`)).toBe(401);
    expect(await statusOf(await forge({ header: { alg } }))).toBe(401);
  });

  test.each([
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
    ['RS256', 'sha256'],
    ['ES256', 'sha256'],
    ['hs256', 'sha256'],
  ])('with alg %s and our key is 401', async (alg, hash) => {
    expect(await statusOf(await forge({ header: { alg }, hash }))).toBe(401);
  });

  test.each([
    ['an empty key', ''],
    ['the key’s own name', 'env'],
    [
      'a public key that anybody has',
      '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----',
    ],
  ])('signed with %s is 401', async (_, key) => {
    expect(await statusOf(await forge({ key }))).toBe(401);
  });

  test.each([
    ['a path', '../../../../dev/null'],
    ['SQL', "' UNION SELECT 'key' --"],
    ['a shell command', '|cat /etc/passwd'],
    ['a member of every object', '__proto__'],
    ['another one', 'constructor'],
    ['a list', ['env']],
    ['an object', { toString: 'env' }],
    ['a number', 0],
    ['null', null],
    ['nothing', ''],
    ['a NUL', 'env\0'],
  ])('whose kid is %s is 401', async (_, kid) => {
    expect(await statusOf(await forge({ header: { kid } }))).toBe(401);
    expect(await statusOf(await forge({ header: { kid }, key: '' }))).toBe(401);
    // The name taken for the key, as a reader does that looks keys up in a folder or a table.
    expect(
      await statusOf(await forge({ header: { kid }, key: typeof kid === 'string' ? kid : JSON.stringify(kid) })),
    ).toBe(401);
  });

  test('that brings its own key, or says where one is, is 401', async () => {
    const key = 'a key that the attacker chose himself, of good length';
    const jwk = { kty: 'oct', k: Buffer.from(key).toString('base64url'), kid: 'mine', alg: 'HS256' };
    expect(await statusOf(await forge({ header: { jwk }, key }))).toBe(401);
    expect(await statusOf(await forge({ header: { jwk, kid: 'mine' }, key }))).toBe(401);
    expect(await statusOf(await forge({ header: { jku: 'https://evil.example/jwks.json' }, key }))).toBe(401);
    expect(await statusOf(await forge({ header: { x5u: 'https://evil.example/x.pem' }, key }))).toBe(401);
  });

  test.each([
    ['a list', [{ sub: 'alice' }]],
    ['a string', 'alice'],
    ['null', null],
    ['a number', 5],
  ])('whose payload is %s is 401', async (_, payload) => {
    const [header] = (await forge({})).split('.');
    const signed = `${header}.${encode(payload)}`;
    const signature = createHmac('sha256', SECRET).update(signed).digest('base64url');
    expect(await statusOf(`${signed}.${signature}`)).toBe(401);
  });

  test.each([
    ['an exp in words', { exp: '2099-01-01' }],
    ['an exp that is a fraction beyond', { exp: 1e300 }],
    ['an nbf in words', { nbf: 'soon' }],
    ['an iat in words', { iat: 'now' }],
    ['a list of issuers', { iss: ['pipe', 'other'] }],
    ['the issuer in capitals', { iss: 'PIPE' }],
    ['no audience', { aud: undefined }],
    ['no session', { sid: undefined }],
    ['a token version in words', { tv: '0' }],
  ])('with %s is 401', async (_, change: object) => {
    const [, payload] = (await rig.tokenOf('alice')).split('.');
    expect(await statusOf(await forge({ payload: { ...read(payload), ...change } }))).toBe(401);
  });

  test('is 401 in every other spelling of the same bytes', async () => {
    const token = await rig.tokenOf('alice');
    const [header = '', payload = '', signature = ''] = token.split('.');
    const spellings = [
      `${token}=`,
      `${token}.`,
      `.${token}`,
      `${token}.x`,
      `${header}=.${payload}.${signature}`,
      `${header}.${payload}=.${signature}`,
      [header, payload, Buffer.from(signature, 'base64url').toString('base64')].join('.'),
      `${header}. ${payload}.${signature}`,
    ];
    for (const spelling of spellings) expect([spelling, await statusOf(spelling)]).toEqual([spelling, 401]);
  });

  test('is 401 whatever single character of a good one is changed', async () => {
    const token = await rig.tokenOf('alice');
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...'AZaz09-_'.split('')), async (at, character) => {
        if (token.charAt(at) === character || token.charAt(at) === '.') return;
        expect(await statusOf(token.slice(0, at) + character + token.slice(at + 1))).toBe(401);
      }),
      { numRuns: 60 },
    );
  });
});

test('a key that was retired is good as long as it stands in the ring, and not a moment longer', async () => {
  const file = `${tempFolder()}/keys.json`;
  const key = (kid: string) => ({ kid, secret: Buffer.from(kid.repeat(40)).toString('base64url') });
  const ring = async (...kids: readonly string[]) => {
    writeFileSync(file, JSON.stringify({ keys: kids.map(key) }));
    const keys = await keyRingFromFile({ file, lifetimeMs: 1_800_000, now: Date.now });
    if (!keys.ok) throw new Error(keys.error);
    return createTokens({ keys: keys.value, lifetimeS: 60, now: Date.now, newId: () => 'id' });
  };
  const { token } = await (await ring('old')).issue({ username: 'alice', tokenVersion: 0, session: 's' });
  expect((await (await ring('new', 'old')).verify(token)).ok).toBe(true);
  expect((await (await ring('new')).verify(token)).ok).toBe(false);
});

test('whoever was deleted is out at once, and so is his refresh token; a namesake gets none of it', async () => {
  const admin = { ...bearer(await rig.tokenOf('admin')), ...JSON_TYPE };
  const bob = JSON.stringify({ username: 'bob', password: 'correct horse' });
  await rig.post('/register', bob, JSON_TYPE);
  const pair = await bodyOf(await rig.login('bob', 'correct horse'));
  expect(await statusOf(pair.access_token)).toBe(200);
  const asked = await rig.predict(JSON.stringify({ features: FEATURES }), bearer(pair.access_token));
  const { id } = await bodyOf(asked);
  await rig.app.request('/users/bob', { method: 'DELETE', headers: { Host: 'localhost', ...admin } });
  expect(await statusOf(pair.access_token)).toBe(401);
  await rig.post('/register', bob, JSON_TYPE);
  expect(await statusOf(pair.access_token)).toBe(401);
  expect((await rig.post('/auth/refresh', `refresh_token=${pair.refresh_token}`, FORM)).status).toBe(400);
  const sessions = rig.database.query.selectFrom('refresh_tokens').where('username_key', '=', 'bob');
  expect(await sessions.selectAll().execute()).toEqual([]);

  const namesake = bearer((await bodyOf(await rig.login('bob', 'correct horse'))).access_token);
  const get = (path: string, headers: Record<string, string>) =>
    rig.app.request(path, { headers: { Host: 'localhost', ...headers } });
  const history = '/api/v1/predictions/history';
  expect((await bodyOf(await get(history, namesake))).items).toEqual([]);
  expect((await get(`/api/v1/predictions/${id}`, namesake)).status).toBe(404);
  expect(await (await get('/api/v1/predictions/export?format=ndjson', namesake)).text()).toBe('');
  const own = await bodyOf(await rig.predict(JSON.stringify({ features: FEATURES }), namesake));
  expect((await bodyOf(await get(history, namesake))).items).toMatchObject([{ id: own.id }]);
  expect((await bodyOf(await get(`${history}?user=bob`, admin))).items).toHaveLength(2);
});

describe('work done for a login', () => {
  /** What is compared, and with what. */
  async function compared(username: string, password: string, address = '192.0.2.1') {
    const calls: (string | undefined)[] = [];
    const alice = await rig.store.findUser('alice');
    const users = new Map([
      ['alice', alice],
      ['gone', alice && { ...alice, username: 'gone', disabled: true }],
    ]);
    const accounts = createAccounts({
      store: rig.store,
      now: Date.now,
      findUser: (name) => users.get(name),
      passwords: {
        hash: async () => ok('hash'),
        compare: async (_, hash) => {
          calls.push(hash === undefined ? 'dummy' : 'hash');
          return ok(false);
        },
        close: async () => undefined,
        depth: () => 0,
        capacity: 32,
      },
      sessions: {
        start: async () => {
          throw new Error('let in');
        },
      },
      throttle: createLoginThrottle(),
    });
    const result = await accounts.login({ username, password, address });
    return { calls: calls.length, result };
  }

  test.each([
    ['a wrong password', 'alice', 'nope'],
    ['an unknown name', 'nobody', 'nope'],
    ['a disabled user', 'gone', 'alice of the tests'],
    ['a password of 73 bytes', 'alice', 'x'.repeat(73)],
    ['a name that could never be one', "' OR 1=1 --", 'nope'],
    ['a name of 5000 letters', 'x'.repeat(5000), 'nope'],
  ])('with %s is one comparison, and the same answer', async (_, username, password) => {
    const { calls, result } = await compared(username, password);
    expect(calls).toBe(1);
    expect(result).toEqual({ ok: false, error: { kind: 'wrong' } });
  });

  test.each([
    ['a name nobody has', 'wrong', false],
    ['a password of 73 bytes', 'x'.repeat(73), true],
  ])('with %s, a comparison costs what a known one costs', async (_, password, isKnown) => {
    const passwords = createPasswords({ threads: 1, maxQueue: 4, cost: 10 });
    const hash = await passwords.hash('right');
    const known = hash.ok ? hash.value : undefined;
    const spent = async (given: string, against: string | undefined) => {
      const before = process.cpuUsage();
      for (let i = 0; i < 4; i++) await passwords.compare(given, against);
      const { user } = process.cpuUsage(before);
      return user;
    };
    await spent(password, undefined);
    const [odd, wrong] = [await spent(password, isKnown ? known : undefined), await spent('wrong', known)];
    await passwords.close();
    expect(odd / wrong).toBeGreaterThan(0.4); // a comparison left out would be near 0
  });
});

describe('a password of 73 bytes', () => {
  const long = 'ab'.repeat(36); // 72: the last that bcrypt reads whole
  const tooLong = `${long}c`;
  const emoji = '🔑🗝️🚪'.repeat(5); // 20 characters, 75 bytes

  test.each([tooLong, emoji])('is refused wherever one is set', async (password) => {
    const admin = { ...bearer(await rig.tokenOf('admin')), ...JSON_TYPE };
    const alice = { ...bearer(await rig.tokenOf('alice')), ...JSON_TYPE };
    const register = await rig.post('/register', JSON.stringify({ username: 'bob', password }), JSON_TYPE);
    const change = await rig.post(
      '/users/me/password',
      JSON.stringify({ current_password: 'alice of the tests', new_password: password }),
      alice,
    );
    const set = await rig.app.request('/users/alice', {
      method: 'PATCH',
      headers: { Host: 'localhost', ...admin },
      body: JSON.stringify({ password }),
    });
    expect([register.status, change.status, set.status]).toEqual([422, 422, 422]);
  });

  test('is no way in to an account whose password is its first 72', async () => {
    await rig.post('/register', JSON.stringify({ username: 'carol', password: long }), JSON_TYPE);
    expect((await rig.login('carol', long)).status).toBe(200);
    expect((await rig.login('carol', tooLong)).status).toBe(401);
  });
});

describe('throttling is not got around', () => {
  let fresh: Rig;
  beforeEach(async () => {
    fresh = await createRig();
  });
  afterEach(() => fresh.close());
  const wrong = (username: string, headers: Record<string, string> = {}) =>
    fresh.post('/token', new URLSearchParams({ username, password: 'wrong' }).toString(), { ...FORM, ...headers });

  test('by spelling a name otherwise', async () => {
    const spellings = ['alice', 'ALICE', 'Alice', ' alice ', 'ａｌｉｃｅ'];
    for (const name of spellings) expect((await wrong(name)).status).toBe(401);
    expect((await wrong('aLiCe')).status).toBe(429);
  });

  test.each(['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'X-Client-IP', 'CF-Connecting-IP', 'True-Client-IP', 'Via'])(
    'by a %s of one’s own',
    async (name) => {
      const statuses: number[] = [];
      for (let i = 0; i < 6; i++) statuses.push((await wrong('alice', { [name]: `203.0.113.${i}` })).status);
      expect(statuses.at(-1)).toBe(429);
    },
  );

  test('by guessing at one name from everywhere', async () => {
    const throttle = createLoginThrottle();
    const from = (i: number) =>
      throttle.reserve({ username: i % 2 === 0 ? 'alice' : 'ALICE', address: `192.0.2.${i}` });
    const first = await Promise.all(Array.from({ length: 50 }, (_, i) => from(i)));
    expect(first.every(({ ok: isLetIn }) => isLetIn)).toBe(true);
    expect((await from(50)).ok).toBe(false);
    expect((await throttle.reserve({ username: 'bob', address: '192.0.2.50' })).ok).toBe(true);
  });

  test('by the other addresses of one’s own network', async () => {
    const throttle = createLoginThrottle();
    for (let i = 0; i < 5; i++) await throttle.reserve({ username: 'alice', address: `2001:db8:1:2::${i}` });
    const sixth = await throttle.reserve({ username: 'alice', address: '2001:DB8:1:2:ffff:ffff:ffff:ffff' });
    const neighbour = await throttle.reserve({ username: 'alice', address: '2001:db8:1:3::1' });
    expect([sixth.ok, neighbour.ok]).toEqual([false, true]);
  });

  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:207', '192.0.2.7'],
    ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:0:0:0:9', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['local', 'local'],
    ['1::2::3', '1::2::3'],
    [':::', ':::'],
  ])('%s counts as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

/** The last: it moves the clock. */
test('a token is good as long as it lives, and not a moment longer', async () => {
  const token = await rig.tokenOf('alice');
  const { exp } = read(token.split('.')[1]);
  rig.advance(exp * 1000 - rig.now() - 20_000);
  expect(await statusOf(token)).toBe(200);
  rig.advance(20_000);
  expect(await statusOf(token)).toBe(401);
});
