/**
 * Requests that are HTTP and yet say two things at once, or nothing that can be routed: two readers of
 * one of these could each see another request. Pure.
 */
import type { IncomingMessage } from 'node:http';
import type { Headers, Problem } from './answer.ts';

/** A problem that can be written by hand to a socket that has no request. */
export interface PlainProblem extends Problem {
  readonly detail: string;
}

export const badRequest: PlainProblem = { status: 400, code: 'bad_request', detail: 'Bad Request' };
export const timedOut: PlainProblem = { status: 408, code: 'request_timeout', detail: 'Request Timeout' };

const ALLOW: Headers = { Allow: 'DELETE, GET, HEAD, PATCH, POST' };

/** CONNECT, and OPTIONS for the server as a whole. */
export const methodNotServed: PlainProblem = {
  status: 405,
  code: 'method_not_allowed',
  detail: 'Method Not Allowed',
  headers: ALLOW,
};

export const expectationFailed: PlainProblem = {
  status: 417,
  code: 'expectation_failed',
  detail: 'Expectation Failed',
};

type Framed = Pick<IncomingMessage, 'url' | 'headers' | 'rawHeaders' | 'httpVersion'>;

export function findFramingFault(request: Framed): PlainProblem | undefined {
  const { url = '', headers, rawHeaders, httpVersion } = request;
  if (countHosts(rawHeaders) !== 1) return badRequest;
  // The parser lets 0.9 and 2.0 pass, and answers as if they were 1.1.
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return badRequest;
  const encoding = headers['transfer-encoding'];
  // RFC 9112 §6.1: HTTP/1.0 knows no chunks; and `gzip, chunked` would be read as what it says by others only.
  if (encoding !== undefined && (httpVersion === '1.0' || encoding.toLowerCase() !== 'chunked')) return badRequest;
  if (url.startsWith('/')) return undefined;
  if (url === '*') return methodNotServed;
  // RFC 9112 §3.2.2: the target's host wins over Host, so the two must be one.
  const authority = /^https?:\/\/([^/?#]*)/i.exec(url)?.[1];
  return authority?.toLowerCase() === headers.host?.toLowerCase() ? undefined : badRequest;
}

/** Node keeps the first and drops the rest without a word. */
function countHosts(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts;
}
