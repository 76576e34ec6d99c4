/** GET and HEAD over plain connections, answered by servers that say and do whatever a test wants. */
import { EventEmitter, on, once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createPlainClient, type PlainOptions, type PlainRequest } from '../../../src/store/remotes/plain-client.ts';
import { createWebClient } from '../../../src/store/remotes/web-client.ts';

/** Called with each request, its number, and the number of its connection. */
type Act = (socket: Socket, request: string, at: { readonly request: number; readonly connection: number }) => void;

interface Played {
  readonly origin: URL;
  readonly requests: readonly string[];
  connections: () => number;
}

async function play(act: Act): Promise<Played> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    const connection = connections++;
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const request = text.slice(0, end);
        text = text.slice(end + 4);
        requests.push(request);
        act(socket, request, { request: requests.length - 1, connection });
      }
    });
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { origin: new URL(`http://127.0.0.1:${await listen(server)}`), requests, connections: () => connections };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return port;
}

function clientOf({ origin }: Pick<Played, 'origin'>, options: Partial<PlainOptions> = {}) {
  const client = createPlainClient({ origin, connections: 2, connectMs: 60_000, timeoutMs: 60_000, ...options });
  onTestFinished(() => client.close());
  return client;
}

const LIMITS = { maxBytes: 1000, maxErrorBytes: 1000 };
const get = (path = '/a', rest: Partial<PlainRequest> = {}): PlainRequest => ({
  hasBody: true,
  path,
  headers: {},
  limits: LIMITS,
  ...rest,
});
const answer = (body: string, ...headers: readonly string[]) =>
  ['HTTP/1.1 200 OK', `content-length: ${body.length}`, ...headers, '', body].join('\r\n');
const bodyOf = (outcome: Awaited<ReturnType<ReturnType<typeof clientOf>['ask']>>) =>
  outcome.kind === 'answer' ? Buffer.from(outcome.answer.bytes).toString() : outcome.kind;

/** One piece after the other, each in a packet of its own. */
async function sendInPieces(socket: Socket, pieces: readonly string[]): Promise<void> {
  socket.setNoDelay(true);
  for (const piece of pieces) {
    await new Promise<void>((resolve) => socket.write(piece, 'latin1', () => resolve()));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('an answer, its status and headers, and what was sent for it', async () => {
  const played = await play((socket) => socket.write(answer('hello', 'ETag: x')));
  const outcome = await clientOf(played).ask(get('/a%20b?c=d', { headers: { 'x-a': 'b' } }));
  expect(outcome).toMatchObject({ kind: 'answer', answer: { status: 200, headers: { etag: 'x' } } });
  expect(bodyOf(outcome)).toBe('hello');
  expect(played.requests).toEqual([`GET /a%20b?c=d HTTP/1.1\r\nhost: ${played.origin.host}\r\nx-a: b`]);
});

test('wherever an answer is cut into pieces, it is the same, and the connection can be used again', async () => {
  const text = answer('hello\r\n\r\nworld', 'a: b');
  const played = await play((socket, _, { request }) => {
    void sendInPieces(socket, [text.slice(0, request), text.slice(request)]);
  });
  const client = clientOf(played);
  for (let cut = 0; cut < text.length; cut += 1) expect(bodyOf(await client.ask(get()))).toBe('hello\r\n\r\nworld');
  expect(played.connections()).toBe(1);
});

test('byte for byte', async () => {
  const played = await play((socket) => void sendInPieces(socket, answer('hello').split('')));
  expect(bodyOf(await clientOf(played).ask(get()))).toBe('hello');
});

test('what was wanted in given memory is there, and nothing else of that memory was touched', async () => {
  const played = await play(
    (socket, _, { request }) => void sendInPieces(socket, [answer(['hello', 'HI'][request] ?? '')]),
  );
  const client = clientOf(played);
  const into = new Uint8Array(new ArrayBuffer(8)).fill(46);
  const outcome = await client.ask(get('/', { limits: { ...LIMITS, into } }));
  expect(outcome.kind === 'answer' && outcome.answer.bytes.buffer).toBe(into.buffer);
  expect(bodyOf(await client.ask(get()))).toBe('HI');
  expect(Buffer.from(into).toString()).toBe('hello...');
});

test('the answer to a HEAD has no body, and another follows on the same connection', async () => {
  const played = await play((socket, request) =>
    socket.write(request.startsWith('HEAD') ? 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n' : answer('hello')),
  );
  const client = clientOf(played);
  const head = await client.ask(get('/', { hasBody: false }));
  expect(head).toMatchObject({ answer: { headers: { 'content-length': '5' } } });
  expect(bodyOf(head)).toBe('');
  expect(bodyOf(await client.ask(get()))).toBe('hello');
  expect(played.connections()).toBe(1);
});

test.each([
  ['chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!'],
  ['a length below zero', 'HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\nhello'],
  ['no length', 'HTTP/1.1 200 OK\r\n\r\nhello'],
  ['100 Continue', `HTTP/1.1 100 Continue\r\n\r\n${answer('hello')}`],
  ['a head that does not end', `HTTP/1.1 200 OK\r\na: ${'b'.repeat(20_000)}`],
  ['no HTTP', 'who is there?\r\n\r\n'],
])('%s: left to others at once, and from then on without a question', async (_, said) => {
  const played = await play((socket) => socket.write(said));
  const client = clientOf(played);
  expect(await client.ask(get())).toEqual({ kind: 'unfit' });
  expect(await client.ask(get())).toEqual({ kind: 'unfit' });
  expect(played.requests).toHaveLength(1);
});

test.each([
  ['200', 200, { maxBytes: 4, maxErrorBytes: 1000 }, { kind: 'long', limit: 4 }],
  ['403', 403, { maxBytes: 4, maxErrorBytes: 1000 }, { kind: 'answer' }],
  ['403', 403, { maxBytes: 1000, maxErrorBytes: 4 }, { kind: 'long', limit: 4 }],
])('%s with more than was allowed is read no further: %#', async (_, status, limits, outcome) => {
  const played = await play((socket) => socket.write(`HTTP/1.1 ${status} X\r\ncontent-length: 5\r\n\r\nhello`));
  expect(await clientOf(played).ask(get('/', { limits }))).toMatchObject(outcome);
});

test('no memory is set aside for a gigabyte because a header says so', async () => {
  const played = await play((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n'));
  const limits = { maxBytes: 2_000_000_000, maxErrorBytes: 0 };
  const client = clientOf(played);
  expect(await client.ask(get('/', { limits }))).toEqual({ kind: 'large' });
  expect(await client.ask(get('/', { limits }))).toEqual({ kind: 'large' });
});

test.each([
  ['in the same packet', [`${answer('hello')}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`]],
  ['in the next one', [answer('hello'), 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil']],
])('bytes after the end, %s, are nobody’s answer', async (_, pieces) => {
  const closed: Promise<unknown>[] = [];
  const played = await play((socket, _, { connection }) => {
    closed.push(once(socket, 'close'));
    void sendInPieces(socket, connection === 0 ? pieces : [answer('good')]);
  });
  const client = clientOf(played);
  expect(bodyOf(await client.ask(get()))).toBe('hello');
  await closed[0];
  expect(bodyOf(await client.ask(get()))).toBe('good');
  expect(played.connections()).toBe(2);
});

test.each([
  ['before the answer', ''],
  ['in the head', 'HTTP/1.1 200 OK\r\ncontent-le'],
  ['in the body', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell'],
])('a connection that is closed %s is told as cut', async (_, said) => {
  for (const close of [(socket: Socket) => socket.end(), (socket: Socket) => socket.resetAndDestroy()]) {
    const played = await play((socket) => void sendInPieces(socket, [said]).then(() => close(socket)));
    expect(await clientOf(played).ask(get())).toMatchObject({ kind: 'failed', error: { code: 'ECONNRESET' } });
    expect(played.requests).toHaveLength(1);
  }
});

test('a server that closes after each answer is asked over a new connection each time', async () => {
  const played = await play((socket) => socket.end(answer('hello', 'connection: close')));
  const client = clientOf(played);
  for (const _ of [1, 2, 3]) expect(bodyOf(await client.ask(get()))).toBe('hello');
  expect(played.connections()).toBe(3);
});

test('a request that meets a connection just closed is sent anew, once more and not for ever', async () => {
  const played = await play((socket, _, { request }) => {
    if (request === 1) socket.resetAndDestroy();
    else if (request === 3) socket.end();
    else if (request === 4) socket.end();
    else socket.write(answer(`${request}`));
  });
  const client = clientOf(played);
  expect(bodyOf(await client.ask(get()))).toBe('0');
  expect(bodyOf(await client.ask(get()))).toBe('2');
  // The fourth closes a used connection, the fifth a new one: that is the server's answer.
  expect(await client.ask(get())).toMatchObject({ kind: 'failed', error: { code: 'ECONNRESET' } });
  expect(played.requests).toHaveLength(5);
});

test('a server that says nothing is waited for as long as agreed', async () => {
  const played = await play(() => undefined);
  const asked = clientOf(played, { timeoutMs: 50 }).ask(get());
  expect(await asked).toMatchObject({ kind: 'failed', error: { code: 'ANSWER_TIMEOUT' } });
});

test('nobody listens: the system’s own error', async () => {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  const client = clientOf({ origin: new URL(`http://localhost:${port}`) });
  expect(await client.ask(get())).toMatchObject({ kind: 'failed', error: { code: 'ECONNREFUSED' } });
});

test('a name with two addresses, of which one answers', async () => {
  const played = await play((socket) => socket.write(answer('hello')));
  const client = clientOf({ origin: new URL(`http://localhost:${played.origin.port}`) });
  expect(bodyOf(await client.ask(get()))).toBe('hello');
});

test('no more connections than allowed, and who asks first is served first', async () => {
  const events = new EventEmitter();
  const sockets = on(events, 'request');
  const played = await play((socket) => void events.emit('request', socket));
  const client = clientOf(played);
  const asked = ['/0', '/1', '/2', '/3'].map((path) => client.ask(get(path)));
  for (let heard = 0; heard < 4; heard += 1) {
    const { value } = await sockets.next();
    value[0].write(answer('x'));
  }
  expect((await Promise.all(asked)).map(bodyOf)).toEqual(['x', 'x', 'x', 'x']);
  expect(played.connections()).toBe(2);
  expect(played.requests.map((text) => text.split(' ')[1]).slice(2)).toEqual(['/2', '/3']);
});

test('closing ends what is under way and what waits for its turn', async () => {
  const events = new EventEmitter();
  const heard = once(events, 'request');
  const played = await play(() => void events.emit('request'));
  const client = clientOf(played, { connections: 1 });
  const asked = [client.ask(get('/0')), client.ask(get('/1'))];
  await heard;
  client.close();
  for (const one of asked) expect(await one).toMatchObject({ kind: 'failed' });
  expect(played.requests).toHaveLength(1);
});

test('a header that would end its line is not sent', async () => {
  const played = await play((socket) => socket.write(answer('hello')));
  expect(await clientOf(played).ask(get('/', { headers: { a: 'b\r\nc: d' } }))).toEqual({ kind: 'unfit' });
  expect(played.requests).toEqual([]);
});

test('what plain connections leave to others is answered all the same', async () => {
  const server = createHttpServer((_, response) => {
    response.write('in ');
    response.end('chunks');
  });
  const port = await listen(server);
  onTestFinished(() => void server.close());
  const client = createWebClient({ connections: 2, timeoutMs: 60_000, env: {}, signal: undefined });
  onTestFinished(() => client.close());
  const url = new URL(`http://127.0.0.1:${port}/`);
  for (const _ of [1, 2]) {
    const got = await client.send({ method: 'GET', url, headers: {} });
    expect(got.ok && Buffer.from(got.value.bytes).toString()).toBe('in chunks');
  }
});
