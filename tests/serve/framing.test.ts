/** Bytes on a socket: what two readers could understand differently, what never ends, what stops halfway. */
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { HttpServer } from '../../src/serve/server.ts';
import { WAIT } from './support/project.ts';
import { createRig, type Rig } from './support/rig.ts';
import { AMBIGUOUS, BODY, CHUNKED, CHUNKS, CLOSE, get, LENGTH, predictWith, SIZE } from './support/raw-requests.ts';
import { exchange, exchangeHalfClosed, listen, open, parseAnswers, readAll } from './support/raw.ts';

let rig: Rig;
let server: HttpServer;
let port: number;
let auth: string;
beforeAll(async () => {
  rig = await createRig();
  server = await listen(rig);
  ({ port } = server);
  auth = `Authorization: Bearer ${await rig.tokenOf('alice')}\r\n`;
});
afterAll(async () => {
  await server.close(0);
  await rig.close();
});

const predict = (headers: string, body = '') => predictWith(auth)(headers, body);

describe('one request that could be read as two', () => {
  test.each([...AMBIGUOUS])('%s is 400, and the connection ends there', async (_, text) => {
    const answers = await exchange(port, `${text(predict)}GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    const refused = answers.at(-1);
    expect(refused).toMatchObject({ status: 400 });
    expect(refused?.headers.get('content-type')).toBe('application/json');
    expect(JSON.parse(refused?.body ?? '')).toMatchObject({
      detail: expect.any(String),
      request_id: expect.any(String),
    });
    expect(answers.filter(({ body }) => body.includes('"live"'))).toEqual([]);
  });
});

describe('a body in chunks', () => {
  test.each([...CHUNKS])('%s is read', async (_, chunks) => {
    expect(await exchange(port, predict(CHUNKED + CLOSE, chunks))).toMatchObject([{ status: 200 }]);
  });

  test('that grows too large is 413, and the connection, which nobody reads any more, is said to end', async () => {
    const chunk = `${(100_000).toString(16)}\r\n${' '.repeat(100_000)}\r\n`;
    const socket = await open(port);
    let text = '';
    socket.on('data', (bytes) => (text += bytes));
    const ended = once(socket, 'end');
    socket.write(predict(CHUNKED, `${chunk.repeat(11)}0\r\n\r\n`));
    // Not until it ends: a connection that stays open is told by its headers, not by waiting.
    await vi.waitUntil(() => text.includes('\r\n\r\n'), { timeout: 20_000 });
    const [answer] = parseAnswers(text);
    expect([answer?.status, answer?.headers.get('connection')]).toEqual([413, 'close']);
    await ended;
    socket.destroy();
  });

  test('with a trailer of 30 KB is 431', async () => {
    const chunks = `${SIZE}\r\n${BODY}\r\n0\r\nX: ${'y'.repeat(30_000)}\r\n\r\n`;
    expect((await exchange(port, predict(CHUNKED, chunks))).at(-1)).toMatchObject({ status: 431 });
  });
});

describe('a head', () => {
  test.each([
    ['a header of 17 KB', get('/health', `X: ${'a'.repeat(17_000)}\r\n`)],
    [
      'headers of 17 KB together',
      get('/health', Array.from({ length: 170 }, (_, i) => `X-${i}: ${'a'.repeat(100)}\r\n`).join('')),
    ],
    ['a path of 17 KB', get(`/${'a'.repeat(17_000)}`)],
  ])('with %s is 431', async (_, text) => {
    const [answer] = await exchange(port, text);
    expect(answer?.status).toBe(431);
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({
      code: 'headers_too_large',
    });
  });

  test('that comes byte by byte is answered', async () => {
    expect(await exchange(port, ...Array.from(get('/health')))).toMatchObject([{ status: 200 }]);
  });

  test.each([
    ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n', 405],
    ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n', 405],
    ['OPTIONS /predict', `OPTIONS /predict HTTP/1.1\r\nHost: localhost\r\n${CLOSE}\r\n`, 405],
    ['TRACE', `TRACE /health HTTP/1.1\r\nHost: localhost\r\nX-Secret: hush\r\n${CLOSE}\r\n`, 405],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['HTTP/0.9', 'GET /\r\n\r\n', 400],
    ['a method in lower case', 'get / HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    ['bytes in the path', get('/\xff\xfe'), 400],
    ['an expectation that nobody has', predictLater('Expect: magic\r\n'), 417],
  ])('with %s gets an answer of ours', async (_, text, status) => {
    const [answer] = await exchange(port, typeof text === 'string' ? text : text());
    expect(answer?.status).toBe(status);
    expect(answer?.headers.get('content-type')).toBe('application/json');
    expect(answer?.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer?.headers.has('allow')).toBe(status === 405);
    expect(answer?.body).not.toContain('hush');
  });

  test('with Expect: 100-continue is told to go on', async () => {
    const answers = await exchange(port, predict(`${LENGTH}Expect: 100-continue\r\n${CLOSE}`, BODY));
    expect(answers.map(({ status }) => status)).toEqual([100, 200]);
  });

  test('with an absolute target of this host is served', async () => {
    expect(await exchange(port, get('http://localhost/health'))).toMatchObject([{ status: 200 }]);
  });

  test('that asks for an upgrade is answered without one', async () => {
    const headers = 'Connection: upgrade, close\r\nUpgrade: h2c\r\n';
    expect(await exchange(port, get('/health', headers))).toMatchObject([{ status: 200 }]);
  });
});

test('requests in one packet are answered in their order', async () => {
  const answers = await exchange(port, get('/health', '') + get('/nope', '') + predict(LENGTH, BODY) + get('/health'));
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 200, 200]);
});

describe('a connection half closed', () => {
  test('after a whole request still gets its answer', async () => {
    expect(await exchangeHalfClosed(port, predict(LENGTH, BODY))).toMatchObject([{ status: 200 }]);
  });
  test.each([
    ['in the head', () => predict(LENGTH, BODY).slice(0, 60)],
    ['in the body', () => predict(LENGTH, BODY.slice(0, 20))],
    ['in a chunk', () => predict(CHUNKED, `${SIZE}\r\n${BODY.slice(0, 9)}`)],
  ])('%s is 400', async (_, text) => {
    expect(await exchangeHalfClosed(port, text())).toMatchObject([{ status: 400 }]);
  });
});

describe('a caller who leaves', () => {
  test('in the middle of a body leaves nothing behind', async () => {
    const errors: unknown[] = [];
    const note = (error: unknown) => void errors.push(error);
    process.on('unhandledRejection', note);
    for (let i = 0; i < 20; i++) {
      const socket = await open(port);
      socket.write(predict(LENGTH, BODY.slice(0, 20)));
      await new Promise((resolve) => setImmediate(resolve));
      socket.destroy();
      await once(socket, 'close');
    }
    await vi.waitUntil(() => rig.load.inFlight() === 0, WAIT);
    process.removeListener('unhandledRejection', note);
    expect(errors).toEqual([]);
    expect(rig.logged.join()).not.toContain('bug in pipe');
  });
});

describe('a caller who is slow', () => {
  const PATIENT = { headers: 60_000, idleBody: 60_000, wholeRequest: 60_000, keepAlive: 60_000, check: 20 };
  let hasty: HttpServer;
  beforeAll(async () => {
    hasty = await listen(rig, {
      headers: 200,
      idleBody: 200,
      wholeRequest: 1_000,
      keepAlive: 100,
      check: 20,
    });
  });
  afterAll(() => hasty.close(0));

  /** A byte now and then, until the server has had enough. */
  async function drip(start: string, byte: string) {
    const socket = await open(hasty.port);
    socket.write(start);
    const timer = setInterval(() => socket.write(byte), 20);
    const text = await readAll(socket);
    clearInterval(timer);
    return parseAnswers(text);
  }

  test('with the head is 408 however steadily it comes', async () => {
    expect(await drip('GET /health HTTP/1.1\r\nHost: localhost\r\nX: ', 'a')).toMatchObject([{ status: 408 }]);
  });
  test('with the body is 408 once the whole request takes too long', async () => {
    expect(await drip(predict('Content-Length: 100000\r\n'), ' ')).toMatchObject([{ status: 408 }]);
  });
  test('and stops in the body is 408', async () => {
    expect(await exchange(hasty.port, predict(LENGTH, BODY.slice(0, 20)))).toMatchObject([{ status: 408 }]);
  });
  test('and sends nothing is hung up on', async () => {
    expect(await readAll(await open(hasty.port))).toMatch(/^$|^HTTP\/1\.1 408 /);
  });
  test('between two requests is hung up on without a word', async () => {
    const tired = await listen(rig, { ...PATIENT, keepAlive: 100 });
    expect(await exchange(tired.port, get('/health', ''))).toMatchObject([{ status: 200 }]);
    await tired.close(0);
  });
});

/** The token is known only when the tests run. */
function predictLater(headers: string) {
  return () => predict(`${LENGTH}${headers}`, BODY);
}
