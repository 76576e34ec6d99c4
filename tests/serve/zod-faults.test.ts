/** What is wrong with a body or a query is told in pydantic's names, at its place, without repeating it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bearer, bodyOf, createRig, FEATURES, FORM, JSON_TYPE, type Rig } from './support/rig.ts';

let rig: Rig;
let admin: Record<string, string>;
beforeAll(async () => {
  rig = await createRig();
  admin = { ...bearer(await rig.tokenOf('admin')), ...JSON_TYPE };
});
afterAll(() => rig.close());

const send = (method: string, path: string, body?: unknown) =>
  rig.app.request(path, {
    method,
    headers: { Host: 'localhost', ...admin, ...(path.includes('/jobs') ? { 'Content-Type': 'text/csv' } : {}) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

test.each([
  ['POST', '/register', { password: 'a quiet sentence' }, 'missing', ['body', 'username']],
  ['POST', '/register', { username: 'bob', password: 5 }, 'string_type', ['body', 'password']],
  ['POST', '/register', { username: null, password: 'x' }, 'string_type', ['body', 'username']],
  ['POST', '/register', { username: 'bob', password: 'x', email: 'secret' }, 'value_error', ['body', 'email']],
  ['POST', '/register', { username: 'bob', password: 'x', role: 'secret' }, 'extra_forbidden', ['body', 'role']],
  ['POST', '/register', { username: 'bob', password: 'x', 'sécret <b>': 1 }, 'extra_forbidden', ['body']],
  ['POST', '/register', [], 'model_type', ['body']],
  ['PATCH', '/users/alice', { disabled: 'secret' }, 'bool_type', ['body', 'disabled']],
  ['PATCH', '/users/alice', { role: 'secret' }, 'literal_error', ['body', 'role']],
  ['POST', '/api-keys', { name: 'k', scopes: 'secret' }, 'list_type', ['body', 'scopes']],
  ['POST', '/api-keys', { name: 'k', scopes: [] }, 'too_short', ['body', 'scopes']],
  ['POST', '/api-keys', { name: 'k', scopes: ['secret'] }, 'literal_error', ['body', 'scopes', 0]],
  ['POST', '/api-keys', { name: '', scopes: ['predict'] }, 'string_too_short', ['body', 'name']],
  [
    'POST',
    '/api-keys',
    { name: 'k', scopes: ['predict'], expires_at: 'secret' },
    'datetime_parsing',
    ['body', 'expires_at'],
  ],
  [
    'POST',
    '/api-keys',
    { name: 'k', scopes: ['predict'], expires_at: '2020-01-01T00:00:00Z' },
    'value_error',
    ['body', 'expires_at'],
  ],
  ['POST', '/retrain', { force: 'secret' }, 'bool_type', ['body', 'force']],
  ['POST', '/retrain', { reason: 'x'.repeat(501) }, 'string_too_long', ['body', 'reason']],
  ['POST', '/api/v1/predictions/x/feedback', {}, 'missing', ['body', 'outcome']],
  ['GET', '/api/v1/predictions/history?limit=secret', undefined, 'int_parsing', ['query', 'limit']],
  ['GET', '/api/v1/predictions/history?limit=0', undefined, 'greater_than_equal', ['query', 'limit']],
  ['GET', '/api/v1/predictions/history?limit=1001', undefined, 'less_than_equal', ['query', 'limit']],
  ['GET', '/api/v1/predictions/history?from=secret', undefined, 'datetime_parsing', ['query', 'from']],
  ['GET', '/api/v1/predictions/history?cursor=secret', undefined, 'uuid_parsing', ['query', 'cursor']],
  [
    'POST',
    '/api/v1/predict/jobs?model_version=..%2fsecret',
    undefined,
    'string_pattern_mismatch',
    ['query', 'model_version'],
  ],
  ['GET', '/api/v1/predictions/export?format=secret', undefined, 'literal_error', ['query', 'format']],
])('%s %s %j is %s', async (method, path, body, type, loc) => {
  const response = await send(method, path, body);
  expect(response.status).toBe(422);
  const answer = await response.text();
  expect(JSON.parse(answer).detail[0]).toMatchObject({ type, loc, msg: expect.any(String) });
  expect(answer).not.toMatch(/s[eé]cret|undefined/);
});

test('a scope that is named twice is had once', async () => {
  const made = await send('POST', '/api-keys', { name: 'k', scopes: ['predict', 'history', 'predict'] });
  expect(await bodyOf(made)).toMatchObject({ scopes: ['predict', 'history'] });
});

test.each(['utf16le', 'utf32be'])('a body in %s is 400, also without a mark that says so', async (encoding) => {
  const encode = (text: string) =>
    encoding === 'utf16le'
      ? Buffer.from(text, 'utf16le')
      : Buffer.concat(Array.from(text, (letter) => Buffer.from([0, 0, 0, letter.charCodeAt(0)])));
  const predicted = await rig.post('/predict', encode(JSON.stringify({ features: FEATURES })), admin);
  const signedIn = await rig.post('/auth/token', encode('username=alice&password=x'), FORM);
  expect([predicted.status, (await bodyOf(predicted)).code, signedIn.status]).toEqual([400, 'invalid_encoding', 400]);
});
