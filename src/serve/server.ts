/**
 * The socket: limits and timeouts of HTTP itself, and stopping without cutting anyone off. Knows
 * nothing of routes.
 *
 * Invariant: what is not HTTP gets an answer in our shape too, and no connection can be held open by
 * sending slowly.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { err, ok, type Result } from '../lib/result.ts';
import { answerProblem, type Problem } from './answer.ts';

export interface HttpServer {
  readonly port: number;
  /** Every answer from now on closes its connection. */
  startDraining(): void;
  /** Takes no new connection; resolves when the last answer is out, or the time is up. */
  close(graceMs: number): Promise<void>;
}

export interface ServerOptions {
  readonly fetch: (request: Request, env: object) => Response | Promise<Response>;
  readonly host: string;
  readonly port: number;
  readonly newId: () => string;
}

const MAX_HEADER_BYTES = 16_384;
const HEADERS_MS = 10_000;
const IDLE_BODY_MS = 30_000;
const WHOLE_REQUEST_MS = 300_000;
/** Longer than the 60 s of most proxies, which would otherwise meet connections that we just closed. */
const KEEP_ALIVE_MS = 75_000;

export async function startServer(options: ServerOptions): Promise<Result<HttpServer, NodeJS.ErrnoException>> {
  const { host, port, newId } = options;
  let isDraining = false;
  // The last request of each connection: tells a body that stalls from a connection that rests.
  const lastRequest = new WeakMap<Socket, IncomingMessage>();
  const listener = getRequestListener(options.fetch, {
    errorHandler: () => answerProblem(BAD_REQUEST, newId()), // a Host or target that is no URL
  });
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_MS,
      requestTimeout: WHOLE_REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 1_000,
      requireHostHeader: false, // answered by the listener, in our shape
    },
    (request: IncomingMessage, response: ServerResponse) => {
      lastRequest.set(request.socket, request);
      if (isDraining) response.shouldKeepAlive = false;
      void listener(request, response);
    },
  );
  server.timeout = IDLE_BODY_MS;
  server.on('timeout', (socket: Socket) => {
    if (lastRequest.get(socket)?.complete === false) refuse(socket, TIMED_OUT, newId());
    else socket.destroy();
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    refuse(socket, CLIENT_ERRORS[error.code ?? ''] ?? BAD_REQUEST, newId());
  });

  const failure = await listen(server, host, port);
  if (failure !== undefined) return err(failure);
  return ok({
    port: portOf(server),
    startDraining: () => void (isDraining = true),
    close: (graceMs) => close(server, graceMs),
  });
}

const BAD_REQUEST: PlainProblem = { status: 400, code: 'bad_request', detail: 'Bad Request' };
const TIMED_OUT: PlainProblem = { status: 408, code: 'request_timeout', detail: 'Request Timeout' };

const CLIENT_ERRORS: Readonly<Record<string, PlainProblem>> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: 'headers_too_large', detail: 'Request Header Fields Too Large' },
  ERR_HTTP_REQUEST_TIMEOUT: TIMED_OUT,
};

interface PlainProblem extends Problem {
  readonly detail: string;
}

/** By hand: there is no request yet that a response could belong to. */
function refuse(socket: Socket, { status, code, detail }: PlainProblem, requestId: string): void {
  if (!socket.writable) return void socket.destroy();
  const body = JSON.stringify({ detail, code, request_id: requestId });
  const head = `HTTP/1.1 ${status} ${detail}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
  socket.end(`${head}X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n${body}`);
  socket.destroySoon();
}

function listen(server: Server, host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    server.once('error', resolve);
    server.listen({ host, port }, () => {
      server.removeListener('error', resolve);
      resolve(undefined);
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
