/** One semantics: what the hot route answers is, byte for byte, what the app would have answered. */
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { digestOf } from '../../src/lib/digest.ts';
import type { AppDeps } from '../../src/serve/app.ts';
import type { HttpServer } from '../../src/serve/server.ts';
import { BAD_BODIES, RECORD } from './support/bad-bodies.ts';
import { exchangeText, listen, open } from './support/raw.ts';
import { AMBIGUOUS, BODY, CHUNKED, CHUNKS, CLOSE, LENGTH, predictWith } from './support/raw-requests.ts';
import { WAIT } from './support/project.ts';
import { AUDIT, createRig, FEATURES, model, modelsWith, textModel, type Rig } from './support/rig.ts';
import { fc } from '../support/properties.ts';

interface Way {
  readonly rig: Rig;
  readonly server: HttpServer;
}

/** The same daemon twice, once with the hot route before the app. */
interface Pair {
  readonly hot: Way;
  readonly app: Way;
  /** How many requests the hot route took. */
  readonly taken: () => number;
  /** What both answered, without what no two answers have in common. */
  ask(...parts: readonly string[]): Promise<{ readonly hot: string; readonly app: string; readonly isTaken: boolean }>;
  tokenOf(username: string): Promise<string>;
  close(): Promise<void>;
}

async function createPair(change: Partial<AppDeps> = {}): Promise<Pair> {
  const [hotRig, appRig] = await Promise.all([createRig(change), createRig(change)]);
  let taken = 0;
  const counted: Rig['takeHot'] = (request, response) => {
    const isTaken = hotRig.takeHot(request, response);
    if (isTaken) taken++;
    return isTaken;
  };
  const hot = { rig: hotRig, server: await listen({ ...hotRig, takeHot: counted }) };
  const app = { rig: appRig, server: await listen({ ...appRig, takeHot: () => false }) };
  return {
    hot,
    app,
    taken: () => taken,
    async ask(...parts) {
      const before = taken;
      const answers = await Promise.all([hot, app].map(({ server }) => exchangeText(server.port, ...parts)));
      const [byHot = '', byApp = ''] = answers.map(withoutOccasion);
      return { hot: byHot, app: byApp, isTaken: taken > before };
    },
    async tokenOf(username) {
      const token = await hotRig.tokenOf(username);
      // The hot route takes only tokens that are known: everyone's second request.
      const first = `GET /users/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n${CLOSE}\r\n`;
      await Promise.all([hot, app].map(({ server }) => exchangeText(server.port, first)));
      return token;
    },
    async close() {
      await Promise.all([hot, app].map(({ server }) => server.close(0)));
      await Promise.all([hot, app].map(({ rig }) => rig.close()));
    },
  };
}

const withoutOccasion = (text: string): string =>
  text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}/g, 'ID')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/^Date: .*$/gm, 'Date: NOW');

let pair: Pair;
let auth: string;
let predict: ReturnType<typeof predictWith>;
beforeAll(async () => {
  pair = await createPair();
  auth = `Authorization: Bearer ${await pair.tokenOf('alice')}\r\n`;
  predict = predictWith(auth);
});
afterAll(() => pair.close());

/** Bytes as the characters that `exchange` sends. */
const bytesOf = (text: string): string => Buffer.from(text).toString('latin1');
const withBody = (body: string, headers = ''): string =>
  predict(`${headers}Content-Length: ${Buffer.byteLength(body)}\r\n${CLOSE}`, bytesOf(body));
const head = (...lines: readonly string[]): string =>
  `POST /predict HTTP/1.1\r\n${[...lines, `Content-Length: ${BODY.length}`, 'Connection: close'].join('\r\n')}\r\n\r\n${BODY}`;
const HOST = 'Host: localhost';
const JSON_LINE = 'Content-Type: application/json';

describe('a plain request', () => {
  test('is taken, and answered as the app does', async () => {
    const { hot, app, isTaken } = await pair.ask(withBody(BODY));
    expect(isTaken).toBe(true);
    expect(hot).toBe(app);
    expect(hot).toMatch(/^HTTP\/1\.1 200 OK\r\nContent-Type: application\/json\r\n/);
    expect(hot).toMatch(/"id":"ID","timestamp":"TIME"}$/);
  });

  test.each([
    ['a record', JSON.stringify({ record: RECORD })],
    ['values that are unusual', JSON.stringify({ features: FEATURES.with(25, 99) })],
    ['a mark of UTF-8 in front', `\ufeff${BODY}`],
    ['white space all over', JSON.stringify({ features: FEATURES }, null, 2)],
    ['a text that no model answers', '{"text":"größer 𝒢"}'],
  ])('with %s is taken and answered alike', async (_, body) => {
    const { hot, app, isTaken } = await pair.ask(withBody(body));
    expect(isTaken).toBe(true);
    expect(hot).toBe(app);
  });

  test('that comes byte by byte is taken and answered alike', async () => {
    const { hot, app, isTaken } = await pair.ask(...Array.from(withBody(BODY)));
    expect(isTaken).toBe(true);
    expect(hot).toBe(app);
  });

  test.each([
    ['HTTP/1.0', () => withBody(BODY).replace('HTTP/1.1', 'HTTP/1.0')],
    [
      'HTTP/1.0 that goes on',
      () => withBody(BODY).replace('HTTP/1.1', 'HTTP/1.0').replace('close', 'keep-alive') + withBody(BODY),
    ],
    ['Expect: 100-continue', () => withBody(BODY, 'Expect: 100-continue\r\n')],
    ['a wish for another protocol', () => withBody(BODY, 'Upgrade: h2c\r\nConnection: upgrade\r\n')],
    ['a trace of its own', () => withBody('{', `traceparent: 00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01\r\n`)],
    ['a trace of zeros', () => withBody('{', `traceparent: 00-${'0'.repeat(32)}-${'b2'.repeat(8)}-01\r\n`)],
    ['two traces', () => withBody('{', `traceparent: 00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01\r\n`.repeat(2))],
    ['its other path', () => withBody(BODY).replace('/predict', '/api/v1/predict')],
  ])('with %s is taken and answered alike', async (_, text) => {
    const { hot, app, isTaken } = await pair.ask(text());
    expect(isTaken).toBe(true);
    expect(hot).toBe(app);
  });

  test('after another on its connection is answered in its turn', async () => {
    const first = predict(LENGTH, BODY);
    const { hot, app, isTaken } = await pair.ask(first + predict(LENGTH, '{'.padEnd(BODY.length)) + withBody(BODY));
    expect(isTaken).toBe(true);
    expect(hot).toBe(app);
    expect(hot.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 422', 'HTTP/1.1 200']);
    expect(hot).toContain('Keep-Alive: timeout=75');
  });
});

describe('a body that is not as it should be', () => {
  test.each(BAD_BODIES.map(([what, body]) => [what, body]))('%s is taken and refused alike', async (_, body) => {
    const { hot, app, isTaken } = await pair.ask(withBody(body));
    expect(isTaken).toBe(true);
    expect(hot).toBe(app);
    expect(hot).toMatch(/^HTTP\/1\.1 422 /);
  });

  test.each(['null', 'true', '"1"', '[]', '{}', '1e999', '-1e999', '""', 'NaN', '01', '.5', '\u00fc'])(
    '%s in place of any number is refused alike',
    async (value) => {
      const answers = await Promise.all(
        FEATURES.map((_, i) => pair.ask(withBody(`{"features":[${FEATURES.map(String).with(i, value).join(',')}]}`))),
      );
      expect(answers.map(({ hot }) => hot)).toEqual(answers.map(({ app }) => app));
      expect(answers.every(({ hot, isTaken }) => isTaken && hot.startsWith('HTTP/1.1 422 '))).toBe(true);
    },
  );

  test('no UTF-8 is refused alike', async () => {
    const { hot, app, isTaken } = await pair.ask(predict(`Content-Length: 3\r\n${CLOSE}`, '{\xff}'));
    expect(isTaken).toBe(true);
    expect(hot).toBe(app);
    expect(hot).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('a request that is not plain is left to the app', () => {
  test.each([
    ['a query', () => withBody(BODY).replace('/predict', '/predict?explain=true'), 200],
    ['an escaped path', () => withBody(BODY).replace('/predict', '/%70redict'), 200],
    ['a slash behind', () => withBody(BODY).replace('/predict', '/predict/'), 404],
    ['an absolute target', () => withBody(BODY).replace('/predict', 'http://localhost/predict'), 200],
    ['another method', () => withBody(BODY).replace('POST', 'PUT'), 405],
    ['a method that only reads', () => withBody(BODY).replace('POST', 'GET'), 405],
    ['no token', () => head(HOST, JSON_LINE), 401],
    ['a token that is none', () => head(HOST, JSON_LINE, 'Authorization: Bearer x.y.z'), 401],
    ['two tokens', () => head(HOST, JSON_LINE, auth.trim(), auth.trim()), 401],
    ['a token and another scheme', () => head(HOST, JSON_LINE, auth.trim(), 'Authorization: Basic eDp5'), 401],
    ['no media type', () => head(HOST, auth.trim()), 415],
    ['two media types', () => head(HOST, JSON_LINE, 'Content-Type: text/plain', auth.trim()), 415],
    ['another media type', () => head(HOST, 'Content-Type: text/plain', auth.trim()), 415],
    ['a packed body', () => withBody(BODY, 'Content-Encoding: gzip\r\n'), 415],
    ['a host that is not served', () => head('Host: evil.example', JSON_LINE, auth.trim()), 400],
    ['a host in capitals', () => head('Host: LOCALHOST', JSON_LINE, auth.trim()), 200],
    ['a port that is none', () => head('Host: localhost:99999', JSON_LINE, auth.trim()), 400],
    ['more than a megabyte announced', () => predict(`Content-Length: 1000001\r\n${CLOSE}`, BODY), 413],
    ['no length', () => predict(CLOSE), 422],
  ])('with %s', async (_, text, expected) => {
    const { hot, app, isTaken } = await pair.ask(text());
    expect(isTaken).toBe(false);
    expect(hot).toBe(app);
    expect(hot).toMatch(new RegExp(`^HTTP/1\\.1 ${expected} `));
  });

  test.each([...CHUNKS])('with chunks %s', async (_, chunks) => {
    const { hot, app, isTaken } = await pair.ask(predict(CHUNKED + CLOSE, chunks));
    expect(isTaken).toBe(false);
    expect(hot).toBe(app);
  });

  test('with a token that nobody has shown before, and taken the second time', async () => {
    const fresh = predictWith(`Authorization: Bearer ${await pair.hot.rig.tokenOf('alice')}\r\n`)(LENGTH + CLOSE, BODY);
    const [first, second] = [await pair.ask(fresh), await pair.ask(fresh)];
    expect([first.isTaken, second.isTaken]).toEqual([false, true]);
    expect([first.hot, second.hot]).toEqual([first.app, first.app]);
  });

  test('with a password that has to be changed first', async () => {
    const token = await pair.tokenOf('newcomer');
    const { hot, app, isTaken } = await pair.ask(head(HOST, JSON_LINE, `Authorization: Bearer ${token}`));
    expect(isTaken).toBe(false);
    expect(hot).toBe(app);
    expect(hot).toContain('password_change_required');
  });
});

describe('a program with a key', () => {
  const key = 'pipe_key_of_the_tests';
  const asProgram = predictWith(`Authorization: Bearer ${key}\r\n`)(LENGTH + CLOSE, BODY);
  const admit = (scopes: readonly string[]) =>
    Promise.all(
      [pair.hot, pair.app].map(async ({ rig: { store } }) => {
        await store.removeApiKey({ id: 'key', owner: undefined, audit: AUDIT });
        const dates = { created_at: AUDIT.at, expires_at: null };
        const owned = { id: 'key', hash: digestOf(key), username_key: 'alice', name: 'tests', ...dates };
        await store.addApiKey({ ...owned, scopes: JSON.stringify(scopes), audit: AUDIT });
      }),
    );

  test('that is good for predictions is taken and answered alike', async () => {
    await admit(['predict']);
    const { hot, app, isTaken } = await pair.ask(asProgram);
    expect(isTaken).toBe(true);
    expect(hot).toBe(app);
    expect(hot).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('that is good for something else is left to the app', async () => {
    await admit(['history']);
    const { hot, app, isTaken } = await pair.ask(asProgram);
    expect(isTaken).toBe(false);
    expect(hot).toBe(app);
    expect(hot).toContain('lacks the scope predict');
  });
});

test('what came through a proxy is left to the app where that is refused', async () => {
  const other = await createPair({ refusesForwarded: true });
  const asAlice = predictWith(`Authorization: Bearer ${await other.tokenOf('alice')}\r\n`);
  const { hot, app, isTaken } = await other.ask(asAlice(`X-Real-IP: 10.0.0.1\r\n${LENGTH}${CLOSE}`, BODY));
  expect(isTaken).toBe(false);
  expect(hot).toBe(app);
  expect(hot).toContain('forwarded_refused');
  await other.close();
});

test.each([...AMBIGUOUS])('%s is refused alike', async (_, text) => {
  const { hot, app } = await pair.ask(text(predict));
  expect(hot).toBe(app);
});

describe('what is wrong with the daemon is said alike', () => {
  const broken = { ...model, evaluator: { ...model.evaluator, probability: fail } };
  test.each<[string, Partial<AppDeps>, number]>([
    ['without a model', { models: modelsWith({}) }, 503],
    ['with a history that is full', { history: { append: no, appendAll: no, flush: async () => undefined } }, 503],
    ['with a bug', { models: modelsWith({ current: () => broken }) }, 500],
  ])('%s', async (_, change, expected) => {
    const other = await createPair(change);
    const asAlice = predictWith(`Authorization: Bearer ${await other.tokenOf('alice')}\r\n`);
    const { hot, app, isTaken } = await other.ask(asAlice(LENGTH + CLOSE, BODY));
    expect(isTaken).toBe(true);
    expect(hot).toBe(app);
    expect(hot).toMatch(new RegExp(`^HTTP/1\\.1 ${expected} `));
    expect(other.hot.rig.logged.map(withoutPlaces)).toEqual(other.app.rig.logged.map(withoutPlaces));
    expect(await countersOf(other.hot.rig)).toEqual(await countersOf(other.app.rig));
    await other.close();
  });

  test('when it has too much to do, and it is left to the app', async () => {
    const load = {
      hasRoom: no,
      enter: () => undefined,
      leave: () => undefined,
      inFlight: () => 0,
      stop: () => undefined,
    };
    const other = await createPair({ load });
    const asAlice = predictWith(`Authorization: Bearer ${await other.hot.rig.tokenOf('alice')}\r\n`);
    const { hot, app, isTaken } = await other.ask(asAlice(LENGTH + CLOSE, BODY));
    expect(isTaken).toBe(false);
    expect(hot).toBe(app);
    expect(hot).toContain('overloaded');
    await other.close();
  });

  test('when it stops', async () => {
    const other = await createPair({ models: modelsWith({ current: () => textModel }) });
    const asAlice = predictWith(`Authorization: Bearer ${await other.tokenOf('alice')}\r\n`);
    for (const { server } of [other.hot, other.app]) server.startDraining();
    const body = '{"text":"a great größer 𝒢"}';
    const { hot, app, isTaken } = await other.ask(
      asAlice(`Content-Length: ${Buffer.byteLength(body)}\r\n`, bytesOf(body)),
    );
    expect(isTaken).toBe(true);
    expect(hot).toBe(app);
    expect(hot).toContain('Connection: close');
    await other.close();
  });
});

test('a caller who leaves in the middle of a body is counted and leaves nothing behind', async () => {
  const other = await createPair();
  const asAlice = predictWith(`Authorization: Bearer ${await other.tokenOf('alice')}\r\n`);
  for (const { server, rig } of [other.hot, other.app]) {
    const socket = await open(server.port);
    socket.write(asAlice(LENGTH, BODY.slice(0, 20)));
    await vi.waitUntil(() => rig.load.inFlight() === 1, WAIT);
    socket.destroy();
    await once(socket, 'close');
    await vi.waitUntil(() => rig.load.inFlight() === 0, WAIT);
  }
  expect(other.taken()).toBe(1);
  expect(await countersOf(other.hot.rig)).toEqual(await countersOf(other.app.rig));
  await other.close();
});

describe('any request', () => {
  const value = fc.oneof(
    { weight: 20, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(null, true, '1', [], {}) },
  );
  const question = fc.oneof(
    { weight: 4, arbitrary: fc.record({ features: fc.array(value, { minLength: 28, maxLength: 28 }) }) },
    { weight: 1, arbitrary: fc.record({ features: fc.array(value, { minLength: 26, maxLength: 30 }) }) },
    {
      weight: 2,
      arbitrary: fc
        .record(Object.fromEntries(Object.keys(RECORD).map((name) => [name, value])))
        .map((record) => ({ record })),
    },
    { weight: 1, arbitrary: fc.anything() },
  );
  const body = fc.oneof(
    { weight: 5, arbitrary: question.map((asked) => JSON.stringify(asked) ?? '') },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string() },
  );
  const line = fc.oneof(
    fc.constantFrom('Content-Type: application/json', 'content-type: Application/JSON ;charset="UTF-8"'),
    fc.constantFrom('Content-Type: text/json', 'Content-Type: application/json; charset=latin1', 'Content-Type:'),
    fc.constantFrom('Content-Encoding: identity', 'Content-Encoding: br', 'Accept: */*', 'Connection: keep-alive'),
    fc.constantFrom('X-Forwarded-For: 10.0.0.1', 'Forwarded: for=10.0.0.1', 'Cookie: a=b', '__proto__: x'),
    fc.constantFrom('AUTHORIZATION: Basic eDp5', 'Expect: 100-continue', 'Accept-Encoding: gzip', 'TE: trailers'),
    fc.constantFrom('Host: localhost', 'Host: 127.1', 'Host: [::1]', 'Host: localhost:8000', 'Host: a b', 'Host:'),
    fc.constantFrom('traceparent: 00-x', `traceparent: 00-${'c3'.repeat(16)}-${'d4'.repeat(8)}-00`),
  );
  const target = fc.constantFrom(
    '/predict',
    '/predict',
    '/predict',
    '/api/v1/predict',
    '/predict?',
    '/predict#x',
    '//predict',
  );

  test('is answered alike', async () => {
    await fc.assert(
      fc.asyncProperty(
        target,
        fc.array(line, { maxLength: 4 }),
        fc.boolean(),
        body,
        async (path, lines, isPlain, text) => {
          const always = [auth.trim(), `Content-Length: ${Buffer.byteLength(text)}`, 'Connection: close'];
          const plain = isPlain ? [HOST, JSON_LINE] : [HOST];
          const { hot, app } = await pair.ask(
            `POST ${path} HTTP/1.1\r\n${[...plain, ...lines, ...always].join('\r\n')}\r\n\r\n${bytesOf(text)}`,
          );
          expect(hot).toBe(app);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('both ways counted the same, and wrote the same into the history', async () => {
  const rowsOf = async ({ history, database }: Rig) => {
    await history.flush(10_000);
    const rows = await database.query
      .selectFrom('predictions')
      .select(['username', 'model', 'model_version', 'input', 'prediction', 'probability'])
      .execute();
    return rows.map((row) => JSON.stringify(row)).sort();
  };
  const [hot, app] = [await rowsOf(pair.hot.rig), await rowsOf(pair.app.rig)];
  expect(hot).toEqual(app);
  expect(hot.length).toBeGreaterThan(10);
  expect(await countersOf(pair.hot.rig)).toEqual(await countersOf(pair.app.rig));
  expect(pair.hot.rig.load.inFlight()).toBe(0);
});

/** What was counted; how long it took is another time's. */
async function countersOf({ metrics }: Rig): Promise<readonly string[]> {
  const lines = (await metrics.render()).split('\n');
  return lines
    .filter((line) => /^pipe_(http_requests_total|predictions_total|http_request_duration_seconds_count)/.test(line))
    .sort();
}

/** A stack says which way it came. */
const withoutPlaces = (line: string): string => withoutOccasion(line.replaceAll(/\\n\s+at [^"]*/g, ''));

function no(): false {
  return false;
}

function fail(): never {
  throw new Error('of the test');
}
