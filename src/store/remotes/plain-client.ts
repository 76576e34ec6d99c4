/**
 * GET and HEAD of one server over connections of our own, without TLS and without a proxy: what is read whole costs a
 * fraction of what it does through undici. What is unusual is not understood here but left to whoever understands it.
 *
 * Invariant: so many connections and no more; who asks first is served first.
 */
import {
  failureOf,
  openPlainConnection,
  type PlainConnection,
  type PlainOutcome,
  type PlainReading,
} from './plain-connection.ts';

export interface PlainRequest extends PlainReading {
  readonly path: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface PlainClient {
  /** `unfit` once is `unfit` for good. */
  ask(request: PlainRequest): Promise<PlainOutcome>;
  /** What is under way fails. */
  close(): void;
}

export interface PlainOptions {
  readonly origin: URL;
  readonly connections: number;
  readonly connectMs: number;
  /** Without a byte. */
  readonly timeoutMs: number;
}

export function createPlainClient({ origin, connections, ...times }: PlainOptions): PlainClient {
  const host = origin.hostname.replace(/^\[(.*)\]$/, '$1');
  const place = { host, port: Number(origin.port || 80), ...times };
  const open = new Set<PlainConnection>();
  const idle: PlainConnection[] = [];
  const turns = createTurns(connections);
  let isFit = true;
  let isClosed = false;
  const take = (): PlainConnection => {
    const connection = idle.pop() ?? openPlainConnection(place);
    open.add(connection);
    if (connection.isUsable()) return connection;
    open.delete(connection);
    return take();
  };
  const askOnce = async (text: string, request: PlainRequest): Promise<PlainOutcome> => {
    if (isClosed) return { kind: 'failed', error: failureOf('ECONNRESET') };
    const connection = take();
    const outcome = await connection.ask(text, request);
    if (connection.isUsable()) idle.push(connection);
    else open.delete(connection);
    return outcome;
  };
  return {
    ask: async (request) => {
      const text = requestText(request, origin.host);
      if (text === undefined || !isFit) return { kind: 'unfit' };
      await turns.begin();
      try {
        let outcome = await askOnce(text, request);
        // Ends: only a connection that has answered is stale, and it is gone then.
        while (outcome.kind === 'stale') outcome = await askOnce(text, request);
        isFit &&= outcome.kind !== 'unfit';
        return outcome;
      } finally {
        turns.end();
      }
    },
    close: () => {
      isClosed = true;
      for (const connection of open) connection.close();
    },
  };
}

function createTurns(atMost: number): { readonly begin: () => Promise<void>; readonly end: () => void } {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return {
    begin: async () => {
      if (busy === atMost) await new Promise<void>((resolve) => waiting.push(resolve));
      else busy += 1;
    },
    end: () => {
      const next = waiting.shift();
      if (next === undefined) busy -= 1;
      else next();
    },
  };
}

const LINE = /^[\t\x20-\x7e\x80-\xff]+$/;

/** Undefined: there is a sign in it that would end its line, or that no line can hold. */
function requestText({ hasBody, path, headers }: PlainRequest, host: string): string | undefined {
  const lines = [`${hasBody ? 'GET' : 'HEAD'} ${path} HTTP/1.1`];
  if (!('host' in headers)) lines.push(`host: ${host}`);
  for (const name in headers) lines.push(`${name}: ${headers[name]}`);
  return lines.every((line) => LINE.test(line)) ? `${lines.join('\r\n')}\r\n\r\n` : undefined;
}
