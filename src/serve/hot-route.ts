/**
 * The way of nearly every prediction: a request to a hot route whose head is plain and good goes from the
 * socket to the route's `answer` and back, without a `Request`, a router or a `Response` between. Whatever is
 * not so is left alone, untouched, and takes the way through the app.
 *
 * Invariant: nobody can tell from an answer which way it came. The checks are those of serve/admit and the
 * answer is the route's own; tests/serve/hot-route sends the same requests both ways and compares bytes.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createAdmitAtOnce, type AtOnceOptions } from './admit.ts';
import { problemText, type TextAnswer } from './answer.ts';
import type { Caller } from './auth/caller.ts';
import type { HotEndpoint, HotQuestion } from './endpoint.ts';
import type { Load } from './load.ts';
import { logBug, type Log } from './log.ts';
import type { RequestMetrics } from './metrics/request-metrics.ts';
import { err } from '../lib/result.ts';
import { bodyIncomplete, bug } from './problems.ts';
import { decodeText, type Head } from './request-body.ts';
import { findTraceId } from './trace-id.ts';

export interface HotRouteOptions extends AtOnceOptions {
  readonly endpoints: readonly HotEndpoint[];
  readonly load: Load;
  readonly metrics: Pick<RequestMetrics, 'recorderOf'>;
  readonly log: Log;
  /** Milliseconds of a clock that never goes back. */
  readonly elapsed: () => number;
  readonly newId: () => string;
}

/** false: not taken, and nothing of it has been read. */
export type TakeHotRequest = (request: IncomingMessage, response: ServerResponse) => boolean;

export function createHotRoute(options: HotRouteOptions): TakeHotRequest {
  const { load, metrics, elapsed } = options;
  const admit = createAdmitAtOnce(options);
  const answer = createAnswer(options);
  const routes = new Map(
    options.endpoints.map((endpoint) => [endpoint.path, { endpoint, record: metrics.recorderOf(endpoint) }]),
  );

  return (request, response) => {
    const route = request.method === 'POST' ? routes.get(request.url ?? '') : undefined;
    const head = route && readPlainHead(request);
    if (route === undefined || head === undefined) return false;
    const startedAt = elapsed();
    load.enter();
    const caller = admit(route.endpoint, head);
    if (caller === undefined) {
      load.leave();
      return false;
    }
    readBody(request, (bytes) =>
      answer({ endpoint: route.endpoint, head, caller, bytes }, (text, model) => {
        load.leave();
        route.record(text.status, { seconds: (elapsed() - startedAt) / 1000, model });
        write(response, text);
      }),
    );
    return true;
  };
}

interface Arrived {
  readonly endpoint: HotEndpoint;
  readonly head: Head;
  readonly caller: Caller;
  /** undefined: the connection broke before the body was complete. */
  readonly bytes: Buffer | undefined;
}

type Finish = (answer: TextAnswer, model?: HotQuestion['answeredBy']) => void;

function createAnswer({ log, newId }: HotRouteOptions): (arrived: Arrived, finish: Finish) => void {
  return ({ endpoint, head, caller, bytes }, finish) => {
    const requestId = (): string => findTraceId(head) ?? newId();
    const body = bytes === undefined ? err(bodyIncomplete) : decodeText(bytes);
    if (!body.ok) return finish(problemText(body.error, requestId()));
    const question: HotQuestion = { url: endpoint.path, body: body.value, user: caller.user, requestId };
    const fail = (error: unknown): void => {
      const request = requestId();
      logBug(log, { error, request, path: endpoint.path });
      finish(problemText(bug, request));
    };
    let given: TextAnswer | Promise<TextAnswer>;
    try {
      given = endpoint.answer(question);
    } catch (error) {
      return fail(error);
    }
    if (given instanceof Promise) void given.then((answer) => finish(answer, question.answeredBy), fail);
    else finish(given, question.answeredBy);
  };
}

/** Hosts that no reader of URLs would write differently; the others are for the app to look at. */
const PLAIN_HOST = /^[a-z0-9._-]+(?::(?:[1-5]\d{3,4}|[6-9]\d{3}))?$/;

/** undefined: something that Node and the app could understand differently. */
function readPlainHead({ headers, rawHeaders }: IncomingMessage): Head | undefined {
  const isPlain =
    headers['content-length'] !== undefined &&
    headers['transfer-encoding'] === undefined &&
    PLAIN_HOST.test(headers.host ?? '') &&
    !isSaidTwice(rawHeaders);
  if (!isPlain) return undefined;
  return {
    headers: {
      get: (name) => {
        const value = headers[name];
        return typeof value === 'string' ? value : null;
      },
      has: (name) => headers[name] !== undefined,
    },
  };
}

/** Of these Node keeps the first and drops the others; the app sees all of them. */
const KEPT_ONCE = ['authorization', 'content-type'] as const;

function isSaidTwice(rawHeaders: readonly string[]): boolean {
  return KEPT_ONCE.some((name) => {
    let times = 0;
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const given = rawHeaders[i];
      if (given?.length === name.length && given.toLowerCase() === name) times++;
    }
    return times > 1;
  });
}

/** Calls back once. A body whose length was announced needs no counting: Node gives no more than that. */
function readBody(request: IncomingMessage, onRead: (bytes: Buffer | undefined) => void): void {
  const chunks: Buffer[] = [];
  let isOver = false;
  request.on('data', (chunk: Buffer) => void chunks.push(chunk));
  request.on('end', () => {
    isOver = true;
    const [first] = chunks;
    onRead(chunks.length === 1 ? first : Buffer.concat(chunks));
  });
  request.on('close', () => {
    if (!isOver) onRead(undefined);
  });
}

/** In the order in which the app's answers have them. */
function write(response: ServerResponse, { status, headers, text }: TextAnswer): void {
  const lines: string[] = [];
  for (const name in headers) lines.push(name, headers[name] ?? '');
  lines.push('Content-Length', String(Buffer.byteLength(text)));
  response.writeHead(status, lines);
  response.end(text);
}
