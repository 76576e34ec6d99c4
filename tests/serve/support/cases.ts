/**
 * Bad input by number: the list of questions that a server on the internet gets, and what each is answered. Two rows of one
 * number are two forms of one case. `ELSEWHERE`: what needs a second daemon, a clock or a process stands with its kind.
 */
import type { Question } from './ask.ts';
import { FEATURES } from './rig.ts';

/** Filled in by the test: tokens of alice and admin, and tokens of alice with something changed. */
export interface Tokens {
  readonly alice: string;
  readonly admin: string;
  readonly forged: (change: { readonly header?: object; readonly payload?: unknown; readonly key?: string }) => string;
}

export interface Expected {
  readonly status: number | readonly number[];
  readonly headers?: Readonly<Record<string, string | RegExp | undefined>>;
  /** Members of the body, as toMatchObject compares them. */
  readonly body?: object;
}

export type Case = readonly [id: string, says: string, ask: (tokens: Tokens) => Question, answer: Expected];

const FORM = 'Content-Type: application/x-www-form-urlencoded';
const JSON_LINE = 'Content-Type: application/json';
const bearer = (token: string): string => `Authorization: Bearer ${token}`;

const login =
  (body: string | Uint8Array, from = '127.0.0.9', ...headers: readonly string[]) =>
  (): Question => ({
    line: 'POST /token',
    headers: [FORM, ...headers],
    body,
    from,
  });
const GOOD = 'username=alice&password=alice+of+the+tests';

const me =
  (...headers: readonly string[]) =>
  (): Question => ({ line: 'GET /users/me', headers });
const meAs =
  (token: (tokens: Tokens) => string) =>
  (tokens: Tokens): Question => ({ line: 'GET /users/me', headers: [bearer(token(tokens))] });

const post =
  (path: string, body: string | Uint8Array, ...headers: readonly string[]) =>
  ({ alice }: Tokens): Question => ({ line: `POST ${path}`, headers: [bearer(alice), JSON_LINE, ...headers], body });
const predict = (body: string | Uint8Array, ...headers: readonly string[]) => post('/predict', body, ...headers);
const text = (value: string) => post('/api/v1/predict', `{"text":${value}}`);
const asAdmin =
  (line: string, body?: string) =>
  ({ admin }: Tokens): Question => ({
    line,
    headers: [bearer(admin), JSON_LINE],
    ...(body === undefined ? {} : { body }),
  });
const get =
  (path: string) =>
  ({ alice }: Tokens): Question => ({ line: `GET ${path}`, headers: [bearer(alice)] });
const register =
  (account: object, from = '127.0.0.8') =>
  (): Question => ({
    line: 'POST /register',
    headers: [JSON_LINE],
    body: JSON.stringify(account),
    from,
  });

const first = (value: string): string => JSON.stringify({ features: FEATURES }).replace('10', value);
const QUESTION = JSON.stringify({ features: FEATURES });

const UNAUTHENTICATED = { 'www-authenticate': 'Bearer' };
const INVALID = { 'www-authenticate': /^Bearer error="invalid_token"/ };
const refused = (type: string, loc: readonly (string | number)[]): Expected => ({
  status: 422,
  body: { code: 'invalid_request', detail: [{ type, loc }] },
});
const bad: Expected = { status: 400, body: { code: 'bad_request' } };

// biome-ignore format: a table, a line a case
export const LOGINS: readonly Case[] = [
  ['LOG01', 'a name and its password', login(GOOD), { status: 200, headers: { 'cache-control': 'no-store', pragma: 'no-cache' }, body: { token_type: 'bearer', expires_in: 1800 } }],
  ['LOG03', 'grant_type=password', login(`${GOOD}&grant_type=password`), { status: 200 }],
  ['LOG04', 'an empty grant_type', login(`${GOOD}&grant_type=`), { status: 200 }],
  ['LOG06', 'a wrong password', login('username=alice&password=nope'), { status: 401, headers: UNAUTHENTICATED, body: { detail: 'Incorrect username or password', error: 'invalid_grant' } }],
  ['LOG07', 'an unknown name', login('username=nobody&password=nope'), { status: 401, headers: UNAUTHENTICATED, body: { detail: 'Incorrect username or password', error: 'invalid_grant' } }],
  ['LOG09', 'no password', login('username=alice'), refused('missing', ['body', 'password'])],
  ['LOG09', 'an empty password', login('username=alice&password='), refused('missing', ['body', 'password'])],
  ['LOG10', 'nothing', login(''), { status: 422, body: { detail: [{ loc: ['body', 'username'] }, { loc: ['body', 'password'] }] } }],
  ['LOG12', 'credentials in the query', () => ({ line: `POST /token?${GOOD}`, headers: [FORM], body: '' }), { status: 422 }],
  ['LOG13', 'a name twice', login('username=alice&username=admin&password=x'), refused('key_duplicate', ['body'])],
  ['LOG15', 'a name that is no UTF-8', login('username=%ff%fe&password=x'), refused('form_invalid', ['body'])],
  ['LOG15', 'bytes that are no UTF-8', login(Buffer.from('username=\xff&password=x', 'latin1')), { status: 400, body: { code: 'invalid_encoding' } }],
  ['LOG16', 'a password of a megabyte', login(`username=alice&password=${'x'.repeat(1_000_000)}`), { status: 413 }],
  ['LOG18', 'registering with 64 emoji', register({ username: 'emoji', password: '😀'.repeat(64) }), refused('value_error', ['body', 'password'])],
  ['LOG19', 'another spelling of the name', login('username=+ALICE+&password=alice+of+the+tests'), { status: 200 }],
  ['LOG19', 'a look-alike of a name', register({ username: 'аlice', password: 'a quiet sentence' }), refused('value_error', ['body', 'username'])],
  ['LOG19', 'the name in full width', register({ username: 'ａlice', password: 'a quiet sentence' }), { status: 409, body: { code: 'username_taken' } }],
  ['LOG21', 'multipart without a boundary', () => ({ line: 'POST /token', headers: ['Content-Type: multipart/form-data'], body: 'x' }), { status: 415 }],
  ['LOG22', 'a file named username', () => ({ line: 'POST /token', headers: ['Content-Type: multipart/form-data; boundary=x'], body: '--x\r\nContent-Disposition: form-data; name="username"; filename="f"\r\n\r\nalice\r\n--x--\r\n' }), { status: 415 }],
  ['LOG31', 'GET /token', () => ({ line: 'GET /token' }), { status: 405, headers: { allow: 'POST' } }],
  ['REG02', 'a role of one’s own', register({ username: 'bob', password: 'a quiet sentence', role: 'admin' }), refused('extra_forbidden', ['body', 'role'])],
  ['REG02', 'an id of one’s own', register({ username: 'bob', password: 'a quiet sentence', id: 'x' }), refused('extra_forbidden', ['body', 'id'])],
  ['REG03', 'a name that is taken', register({ username: 'alice', password: 'a quiet sentence' }), { status: 409 }],
  ['REG05', 'a password of 73 bytes', register({ username: 'bob', password: 'ab'.repeat(36) + 'c' }), refused('value_error', ['body', 'password'])],
  ['REG06', 'a name that is a path', register({ username: '../../etc', password: 'a quiet sentence' }, '127.0.0.7'), refused('value_error', ['body', 'username'])],
  ['REG06', 'a name with a NUL', register({ username: 'a\0b', password: 'a quiet sentence' }, '127.0.0.7'), refused('value_error', ['body', 'username'])],
  ['REG06', 'a name of 300 letters', register({ username: 'x'.repeat(300), password: 'a quiet sentence' }, '127.0.0.7'), refused('string_too_long', ['body', 'username'])],
  ['REG06', 'no name', register({ username: '', password: 'a quiet sentence' }, '127.0.0.7'), refused('string_too_short', ['body', 'username'])],
  ['REF05', 'revoking what is no token', () => ({ line: 'POST /auth/revoke', headers: [JSON_LINE], body: '{"token":"x"}' }), { status: 200, body: {} }],
];

// biome-ignore format: a table, a line a case
export const TOKENS: readonly Case[] = [
  ['TOK01', 'no token', me(), { status: 401, headers: UNAUTHENTICATED, body: { detail: 'Not authenticated' } }],
  ['TOK02', 'another scheme', me('Authorization: Basic YTpi'), { status: 401, headers: UNAUTHENTICATED }],
  ['TOK04', 'the scheme alone', me('Authorization: Bearer'), { status: 401 }],
  ['TOK04', 'two spaces', ({ alice }) => ({ line: 'GET /users/me', headers: [`Authorization: Bearer  ${alice}`] }), { status: 401 }],
  ['TOK04', 'a token without a scheme', ({ alice }) => ({ line: 'GET /users/me', headers: [`Authorization: ${alice}`] }), { status: 401 }],
  ['TOK05', 'two Authorization headers', ({ alice, admin }) => ({ line: 'GET /users/me', headers: [bearer(alice), bearer(admin)] }), { status: 401, headers: INVALID }],
  ...['garbage', 'a.b.c', '..'].map((token): Case => ['TOK07', token, meAs(() => token), { status: 401, headers: INVALID }]),
  ['TOK07', 'a token of 60 KB', meAs(() => 'a'.repeat(60_000)), { status: 431 }],
  ...['none', 'NoNe', ''].map((alg): Case => ['TOK08', `alg "${alg}"`, meAs(({ forged }) => forged({ header: { alg } }).replace(/[^.]*$/, '')), { status: 401, headers: INVALID }]),
  ['TOK10', 'signed with a key that anybody has', meAs(({ forged }) => forged({ header: { alg: 'RS256' }, key: '-----BEGIN PUBLIC KEY-----' })), { status: 401, headers: INVALID }],
  ['TOK11', 'another key', meAs(({ forged }) => forged({ key: 'x'.repeat(40) })), { status: 401, headers: INVALID }],
  ['TOK11', 'an empty key', meAs(({ forged }) => forged({ key: '' })), { status: 401, headers: INVALID }],
  ...['../../dev/null', "' or 1=1 --", 'other', 5, ['env']].map((kid): Case => ['TOK13', `kid ${JSON.stringify(kid)}`, meAs(({ forged }) => forged({ header: { kid } })), { status: 401, headers: INVALID }]),
  ['TOK14', 'an unknown crit', meAs(({ forged }) => forged({ header: { crit: ['x'], x: 1 } })), { status: 401, headers: INVALID }],
  ['TOK16', 'expired', meAs(({ forged }) => forged({ payload: { exp: Math.floor(Date.now() / 1000) - 1 } })), { status: 401, headers: INVALID }],
  ['TOK17', 'no exp', meAs(({ forged }) => forged({ payload: { exp: undefined } })), { status: 401, headers: INVALID }],
  ['TOK19', 'an exp beyond all time', meAs(({ forged }) => forged({ payload: { exp: 1e300 } })), { status: 401, headers: INVALID }],
  ['TOK20', 'an nbf to come', meAs(({ forged }) => forged({ payload: { nbf: Math.floor(Date.now() / 1000) + 300 } })), { status: 401, headers: INVALID }],
  ...[undefined, ['alice'], 'nobody'].map((sub): Case => ['TOK22', `sub ${JSON.stringify(sub)}`, meAs(({ forged }) => forged({ payload: { sub } })), { status: 401, headers: INVALID }]),
  ...['="', '.x', '='].map((end): Case => ['TOK26', `a token and ${end}`, meAs(({ alice }) => alice + end), { status: 401 }]),
  ['TOK25', 'the role of an admin in the token of a user', ({ forged }) => ({ line: 'POST /retrain', headers: [bearer(forged({ payload: { role: 'admin' } }))], body: '' }), { status: 403, headers: { 'www-authenticate': /insufficient_scope/ } }],
];

// biome-ignore format: a table, a line a case
export const BODIES: readonly Case[] = [
  ['PRE01', 'no token and broken JSON', () => ({ line: 'POST /predict', headers: [JSON_LINE], body: '{' }), { status: 401, headers: UNAUTHENTICATED }],
  ['PRE03', '27 features', predict(JSON.stringify({ features: FEATURES.slice(1) })), { status: 422, body: { detail: [{ type: 'too_short', msg: expect28() }] } }],
  ['PRE03', '29 features', predict(JSON.stringify({ features: [...FEATURES, 1] })), { status: 422, body: { detail: [{ type: 'too_long', msg: expect28() }] } }],
  ...['NaN', 'Infinity', '-Infinity'].map((value): Case => ['PRE04', value, predict(first(value)), refused('json_invalid', ['body'])]),
  ...['"NaN"', '"10"', 'true', 'null', '[1]'].map((value): Case => ['PRE06', value, predict(first(value)), refused('float_type', ['body', 'features', 0])]),
  ['PRE07', '28 numbers as large as numbers get', predict(JSON.stringify({ features: FEATURES.map(() => 1e308) })), { status: 200, body: { prediction: 0, probability: 0 } }],
  ['PRE09', '{}', predict('{}'), refused('missing', ['body', 'features'])],
  ...['[]', 'null', '5'].map((body): Case => ['PRE09', body, predict(body), refused('model_type', ['body'])]),
  ...['', '{'].map((body): Case => ['PRE09', `"${body}"`, predict(body), refused('json_invalid', ['body'])]),
  ['PRE10', 'an extra key', predict(JSON.stringify({ features: FEATURES, x: 1 })), refused('extra_forbidden', ['body', 'x'])],
  ...['__proto__', 'constructor'].map((key): Case => ['PRE12', key, predict(`{"${key}":{"polluted":1}}`), refused('key_forbidden', ['body'])]),
  ...[5_000, 200_000].map((depth): Case => ['PRE13', `${depth} levels`, predict('['.repeat(depth) + ']'.repeat(depth)), refused('json_too_deep', ['body'])]),
  ['PRE15', 'UTF-16', predict(Buffer.from(`\ufeff${QUESTION}`, 'utf16le')), { status: 400, body: { code: 'invalid_encoding' } }],
  ['PRE16', 'a mark and JSON', predict(`\ufeff${QUESTION}`), { status: 200 }],
  ['PRE18', 'two megabytes, announced', predict('', 'Content-Length: 2000000'), { status: 413, body: { code: 'body_too_large' } }],
  ['PRE18', 'two megabytes in chunks', predict(`1e8480\r\n${' '.repeat(2_000_000)}\r\n0\r\n\r\n`, 'Transfer-Encoding: chunked'), { status: 413 }],
  ['PRE18', 'less than was announced is the next request, and none', predict(QUESTION, 'Content-Length: 10'), { status: [400, 422] }],
  ['PRE19', 'a packed body', predict(Buffer.from([0x1f, 0x8b]), 'Content-Encoding: gzip'), { status: 415 }],
  ['PRE21', 'PUT /predict', () => ({ line: 'PUT /predict', body: '' }), { status: 405, headers: { allow: 'POST' } }],
  ['PRE22', 'a megabyte of wrong values', predict(JSON.stringify({ features: Array(100_000).fill('secret') })), { status: 422 }],
  ['PRE24', 'a version that is not there', post('/predict?model_version=9', QUESTION), { status: 404, body: { code: 'version_not_found' } }],
  ...['..%2Fx', '1.0.0%00', '1&model_version=2'].map((version): Case => ['PRE24', version, post(`/predict?model_version=${version}`, QUESTION), { status: 422, body: { detail: [{ loc: ['query', 'model_version'] }] } }]),
  ['TEX01', 'no text', text('""'), refused('string_too_short', ['body', 'text'])],
  ['TEX02', '5000 letters', text(`"${'a'.repeat(5000)}"`), { status: 200 }],
  ['TEX02', '5001 letters', text(`"${'a'.repeat(5001)}"`), refused('string_too_long', ['body', 'text'])],
  ['TEX04', 'half a character', text('"\\ud800"'), refused('string_unicode', ['body', 'text'])],
  ['TEX05', 'a NUL', text('"a\\u0000b"'), { status: 200, body: { text: 'a\0b' } }],
  ['TEX07', 'no texts', post('/api/v1/batch', '{"texts":[]}'), refused('too_short', ['body', 'texts'])],
  ['TEX07', '100 texts', post('/api/v1/batch', JSON.stringify({ texts: Array(100).fill('a') })), { status: 200, body: { total_count: 100 } }],
  ['TEX07', '101 texts', post('/api/v1/batch', JSON.stringify({ texts: Array(101).fill('a') })), refused('too_long', ['body', 'texts'])],
  ['TEX08', 'one bad text', post('/api/v1/batch', '{"texts":["a",5]}'), refused('string_type', ['body', 'texts', 1])],
];

// biome-ignore format: a table, a line a case
export const ROUTES: readonly Case[] = [
  ['AUT01', 'a retrain without a token', () => ({ line: 'POST /retrain', body: '' }), { status: 401, headers: UNAUTHENTICATED }],
  ['AUT01', 'a retrain by a user', post('/retrain', ''), { status: 403, body: { detail: 'Only for Admin!', code: 'insufficient_scope' } }],
  ['AUT02', 'another’s history', get('/api/v1/predictions/history?user=bob'), { status: 403 }],
  ['AUT04', 'load by a user', post('/v2/repository/models/accidents/load', '{}'), { status: 403, body: { error: 'Only for Admin!' } }],
  ['AUT04', 'unload by a user', post('/v2/repository/models/accidents/unload', '{}'), { status: 403 }],
  ['AUT05', 'metrics without a key', () => ({ line: 'GET /metrics' }), { status: 401 }],
  ['AUT07', 'an admin’s retrain by a user', get('/retrain/x'), { status: 403 }],
  ['HTT01', 'a length and chunks', predict('0\r\n\r\n', 'Content-Length: 5', 'Transfer-Encoding: chunked'), bad],
  ['HTT01', 'two lengths', predict('hello', 'Content-Length: 5', 'Content-Length: 6'), bad],
  ['HTT01', 'an encoding after chunks', predict('0\r\n\r\n', 'Transfer-Encoding: chunked, identity'), bad],
  ['HTT02', 'two hosts', () => ({ line: 'GET /health', headers: ['Host: localhost', 'Host: evil.example'] }), bad],
  ['HTT04', 'TRACE', () => ({ line: 'TRACE /health', headers: ['X-Secret: hush'] }), { status: 405 }],
  ['HTT04', 'CONNECT', () => ({ line: 'CONNECT evil.example:443' }), { status: 405 }],
  ['HTT05', 'a path that nobody knows', () => ({ line: 'GET /nope' }), { status: 404, body: { detail: 'Not Found', code: 'not_found' } }],
  ['RET04', 'a retrain that never was', asAdmin('GET /retrain/01a20ceb-6c61-7216-a9f0-2d31819f45bb'), { status: 404 }],
  ['RET04', 'an id that is none', asAdmin('GET /retrain/..%2f..%2fetc'), { status: 404 }],
  ['RET10', 'a command slipped into a retrain', asAdmin('POST /retrain', '{"stage":"evaluate; id"}'), refused('extra_forbidden', ['body', 'stage'])],
];

const tensor = (change: object = {}): object => ({
  name: 'features',
  shape: [1, 28],
  datatype: 'FP64',
  data: FEATURES,
  ...change,
});
const infer = (body: unknown, ...headers: readonly string[]) =>
  post('/v2/models/accidents/infer', typeof body === 'string' ? body : JSON.stringify(body), ...headers);
const says = (words: string): Expected => ({ status: 400, body: { error: expectText(words) } });

// biome-ignore format: a table, a line a case
export const INFERENCE: readonly Case[] = [
  ...['/v2', '/v2/', '/v2/health/live', '/v2/health/ready', '/v2/models/accidents', '/v2/models/accidents/versions/3', '/v2/models/accidents/ready'].map((path): Case => ['V201', path, get(path), { status: 200, headers: { 'content-type': 'application/json' } }]),
  ...['99999999999', '-1', 'abc', '100000'].map((length): Case => ['V204', `a head of ${length} bytes`, infer({ inputs: [tensor()] }, `Inference-Header-Content-Length: ${length}`), says('Inference-Header-Content-Length')]),
  ['V206', 'an input twice', infer({ inputs: [tensor(), tensor()] }), says("'features' occurs twice")],
  ['V206', 'an output twice', infer({ inputs: [tensor()], outputs: [{ name: 'prediction' }, { name: 'prediction' }] }), says("'prediction' occurs twice")],
  ['V206', 'an output that nobody knows', infer({ inputs: [tensor()], outputs: [{ name: 'x' }] }), says('unexpected output')],
  ['V206', 'an input that is missing', infer({ inputs: [{ name: 'place', shape: [1], datatype: 'FP64', data: [1] }] }), says("'catu' is missing")],
  ...['fp32', 'FP99'].map((datatype): Case => ['V207', datatype, infer({ inputs: [tensor({ datatype })] }), says('unknown datatype')]),
  ['V207', 'FP16 as JSON', infer({ inputs: [tensor({ datatype: 'FP16' })] }), says('FP16')],
  ['V209', '120 levels', infer(`{"inputs":${'['.repeat(120)}${']'.repeat(120)}}`), says('deeper than 100')],
  ['V212', 'an id, and keys of others', infer({ id: '42', model_name: 'x', inputs: [tensor()] }), { status: 200, body: { id: '42' } }],
  ['V213', 'an unknown model', post('/v2/models/nope/infer', '{}'), { status: 404, body: { error: 'Model nope not found' } }],
  ['V213', 'an unknown path', get('/v2/nope'), { status: 404, body: { error: 'Not Found' } }],
  ['V213', 'no token', () => ({ line: 'POST /v2/models/accidents/infer', body: '{}' }), { status: 401, body: { error: 'Not authenticated' } }],
];

function expect28(): unknown {
  return expectText('28');
}

/** A member of a body that has these words in it. */
function expectText(words: string): unknown {
  return { asymmetricMatch: (value: unknown): boolean => typeof value === 'string' && value.includes(words) };
}

/** [number, file, the name of the test there]. */
export const ELSEWHERE: readonly (readonly [id: string, file: string, name: string])[] = [
  ['LOG24', 'login-throttle', 'the sixth failure of one name in five minutes is 429'],
  ['LOG25', 'login-throttle', 'a throttled name is refused the right password too'],
  ['LOG27', 'attacks', 'by a %s of one’s own'],
  ['LOG28', 'login-throttle', 'a success forgives the failures before it'],
  ['LOG30', 'attacks', 'a comparison costs what a known one costs'],
  ['REG08', 'members', 'stops an address that makes account after account'],
  ['REG09', 'members', 'is closed unless it was opened'],
  ['TOK23', 'attacks', 'whose payload is %s is 401'],
  ['TOK28', 'login', 'ends every session but the one it answers with'],
  ['TOK29', 'attacks', 'a key that was retired is good as long as it stands in the ring'],
  ['TOK31', 'originals', 'the secret of its .env keeps the server from starting'],
  ['TOK32', 'daemon', 'what cannot be started says why and ends with 2'],
  ['REF02', 'sessions', 'shown again later was stolen: the whole session ends'],
  ['REF03', 'sessions', 'shown again within ten seconds gives the same successor'],
  ['PRE25', 'framing', 'in the middle of a body leaves nothing behind'],
  ['AUT08', 'authenticate', 'demoted admin'],
  ['HTT07', 'app', 'the answer is 500 with an id, and the stack is only in the log'],
  ['HTT08', 'login', 'the log names who failed on one line'],
  ['HTT10', 'answers', 'every answer says what it is, is kept nowhere'],
  ['RET01', 'retrain', 'one at a time: the second is 409 and names the first'],
  ['RET03', 'retrain', 'asked again with the same Idempotency-Key'],
  ['RET06', 'daemon', 'that is broken is refused: the old one goes on'],
  ['RET07', 'stopping', 'a retrain has ended, and stands as interrupted'],
  ['RET09', 'resilience', 'a swap, a rollback and a retrain under load fail no request'],
  ['RET12', 'retrain', 'its log can be followed line by line, again from where one was cut off'],
  ['V203', 'v2', 'takes and gives bytes'],
  ['V210', 'v2', 'a text whose length points past its bytes'],
];
