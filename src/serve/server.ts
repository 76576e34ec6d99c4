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
import { answerProblem } from './answer.ts';
import type { TakeHotRequest } from './hot-route.ts';
import {
  badRequest,
  expectationFailed,
  findFramingFault,
  methodNotServed,
  timedOut,
  type PlainProblem,
} from './framing.ts';

export interface HttpServer {
  readonly port: number;
  /** Every answer from now on closes its connection. */
  startDraining(): void;
  /** Takes no new connection; resolves when the last answer is out, or the time is up. */
  close(graceMs: number): Promise<void>;
}

export interface ServerOptions {
  readonly fetch: (request: Request, env: object) => Response | Promise<Response>;
  /** Requests that it takes never come to `fetch`. */
  readonly takeHot?: TakeHotRequest;
  readonly host: string;
  readonly port: number;
  readonly newId: () => string;
  /** Answered before there was a request: what is no HTTP, or came too slowly. */
  readonly onRefused?: (status: number) => void;
  readonly limits?: ServerLimits;
}

/** Milliseconds. */
export interface ServerLimits {
  /** For all headers, from the first byte of the connection or the request. */
  readonly headers: number;
  /** Between two bytes of a body. */
  readonly idleBody: number;
  readonly wholeRequest: number;
  /** Between two requests of a connection. */
  readonly keepAlive: number;
  /** How often the limits on headers and the whole request are looked at. */
  readonly check: number;
}

const MAX_HEADER_BYTES = 16_384;
const LIMITS: ServerLimits = {
  headers: 10_000,
  idleBody: 30_000,
  wholeRequest: 300_000,
  // Longer than the 60 s of most proxies, which would otherwise meet connections that we just closed.
  keepAlive: 75_000,
  check: 1_000,
};

export async function startServer(options: ServerOptions): Promise<Result<HttpServer, NodeJS.ErrnoException>> {
  const { host, port, newId, takeHot, limits = LIMITS } = options;
  let isDraining = false;
  // The last exchange of each connection: tells a body that stalls from an answer that is being made.
  const lastExchange = new Map<Socket, Exchange>();
  const refuseSocket = (socket: Socket, problem: PlainProblem): void => {
    options.onRefused?.(problem.status);
    refuse(socket, problem, newId());
  };
  const listener = getRequestListener(options.fetch, {
    errorHandler: () => answerProblem(badRequest, newId()), // a Host or target that is no URL
  });
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: limits.headers,
      requestTimeout: limits.wholeRequest,
      keepAliveTimeout: limits.keepAlive,
      connectionsCheckingInterval: limits.check,
      requireHostHeader: false, // answered by the listener, in our shape
    },
    (request: IncomingMessage, response: ServerResponse) => {
      lastExchange.set(request.socket, { request, response });
      if (isDraining) response.shouldKeepAlive = false;
      const fault = findFramingFault(request);
      if (fault !== undefined) refuseSocket(request.socket, fault);
      else if (takeHot?.(request, response) !== true) void listener(request, response);
    },
  );
  server.on('connection', (socket: Socket) => socket.once('close', () => lastExchange.delete(socket)));
  server.timeout = limits.idleBody;
  server.on('timeout', (socket: Socket) => {
    const { request, response } = lastExchange.get(socket) ?? {};
    if (request?.complete === false) return refuseSocket(socket, timedOut);
    // Ours to answer, and nothing is waiting to be read: a login in the queue, a promotion that loads a model.
    const isBeingAnswered = response?.writableEnded === false && socket.writableLength === 0;
    if (isBeingAnswered) socket.setTimeout(limits.idleBody);
    else socket.destroy();
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    refuseSocket(socket, CLIENT_ERRORS[error.code ?? ''] ?? badRequest);
  });
  server.on('connect', (_, socket: Socket) => refuseSocket(socket, methodNotServed));
  server.on('checkExpectation', ({ socket }: IncomingMessage) => refuseSocket(socket, expectationFailed));

  const failure = await listen(server, host, port);
  if (failure !== undefined) return err(failure);
  return ok({
    port: portOf(server),
    startDraining() {
      isDraining = true;
      for (const exchange of lastExchange.values()) endAfter(exchange);
    },
    close: (graceMs) => close(server, graceMs),
  });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Of an answer that is being made: it came before draining began, and would keep its connection. */
function endAfter({ request, response }: Exchange): void {
  response.shouldKeepAlive = false;
  if (response.headersSent && !response.writableFinished) response.once('finish', () => request.socket.destroySoon());
}

const CLIENT_ERRORS: Readonly<Record<string, PlainProblem>> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: 'headers_too_large', detail: 'Request Header Fields Too Large' },
  ERR_HTTP_REQUEST_TIMEOUT: timedOut,
};

/** By hand: there is no request yet that a response could belong to. */
function refuse(socket: Socket, { status, code, detail, headers }: PlainProblem, requestId: string): void {
  if (!socket.writable) return void socket.destroy();
  const body = JSON.stringify({ detail, code, request_id: requestId });
  const lines = Object.entries({
    'Content-Type': 'application/json',
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
    Connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${detail}\r\n${lines.join('')}\r\n${body}`);
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
