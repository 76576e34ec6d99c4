/**
 * HTTP requests over connections that stay open. Knows nothing of S3. Proxies are those of the environment
 * (HTTPS_PROXY, NO_PROXY …).
 *
 * A body is read whole and no further than allowed, or handed out in pieces. What a server could not answer
 * just now is 'unreachable'; statuses are for the caller to judge.
 */
import type { Dispatcher } from 'undici';
import { err, ok } from '../../lib/result.ts';
import { errorCode } from '../read-if-there.ts';
import { RemoteError, MAX_WHOLE_BYTES, type Remoted, type RemoteProblem } from './remote.ts';
import { createPlainClients } from './plain-clients.ts';
import { collectAnswer, type Headers } from './web-collect.ts';

export interface WebRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  readonly maxBytes?: number | undefined;
  /** Where the answer may be put, so that thousands of large ones need no memory of their own. */
  readonly into?: Uint8Array | undefined;
}

export interface WebAnswer {
  readonly status: number;
  /** By name in lower case. */
  readonly header: (name: string) => string | undefined;
  readonly bytes: Uint8Array;
}

export interface WebStream extends Omit<WebAnswer, 'bytes'> {
  readonly pieces: AsyncIterable<Uint8Array>;
}

export interface WebClient {
  send(request: WebRequest): Promise<Remoted<WebAnswer>>;
  open(request: WebRequest): Promise<Remoted<WebStream>>;
  close(): Promise<void>;
}

export interface WebClientOptions {
  readonly connections: number;
  /** Without a byte. */
  readonly timeoutMs: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal | undefined;
}

/** A refusal may be longer than what was asked for. */
const MAX_ERROR_BYTES = 1024 * 1024;
const CONNECT_MS = 15_000;

export function createWebClient({ connections, timeoutMs, env, signal }: WebClientOptions): WebClient {
  const proxies = proxiesIn(env);
  let usual: Promise<Dispatcher> | undefined;
  const dispatcher = () => (usual ??= openDispatcher(proxies, { connections, timeoutMs }));
  const plain = createPlainClients({ connections, connectMs: CONNECT_MS, timeoutMs });
  // Without our own listener on the signal each of thousands of requests would add one.
  const guarded = async <T>(act: () => Promise<Remoted<T>>): Promise<Remoted<T>> => {
    try {
      return signal?.aborted === true ? err(STOPPED) : await act();
    } catch (error) {
      return err(signal?.aborted === true ? STOPPED : problemOf(error, timeoutMs));
    }
  };
  const stop = async () => {
    plain.close();
    await (await usual)?.destroy();
  };
  const onAbort = () => void stop();
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    send: (request) =>
      guarded(async () => {
        const { maxBytes = MAX_WHOLE_BYTES, into } = request;
        const limits = { maxBytes, maxErrorBytes: MAX_ERROR_BYTES, into };
        const plainly = proxies === undefined ? await plain.ask(request, limits) : undefined;
        const answered = plainly ?? (await collectAnswer(await dispatcher(), optionsOf(request), limits));
        if (!answered.ok) return answered;
        const { status, headers, bytes } = answered.value;
        return ok({ status, header: headerIn(headers), bytes });
      }),
    open: (request) =>
      guarded(async () => {
        const { statusCode: status, headers, body } = await (await dispatcher()).request(optionsOf(request));
        return ok({ status, header: headerIn(headers), pieces: piecesOf(body, timeoutMs) });
      }),
    close: async () => {
      signal?.removeEventListener('abort', onAbort);
      await stop();
    },
  };
}

interface DispatcherOptions {
  readonly connections: number;
  readonly timeoutMs: number;
}

async function openDispatcher(proxies: Proxies | undefined, { connections, timeoutMs }: DispatcherOptions) {
  const { Agent, EnvHttpProxyAgent } = await import('undici');
  const common = { connections, headersTimeout: timeoutMs, bodyTimeout: timeoutMs, connect: { timeout: CONNECT_MS } };
  return proxies === undefined ? new Agent(common) : new EnvHttpProxyAgent({ ...common, ...proxies });
}

const STOPPED: RemoteProblem = { kind: 'stopped', problem: 'stopped' };

interface Proxies {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
}

function proxiesIn(env: WebClientOptions['env']): Proxies | undefined {
  const of = (name: string) => env[name.toLowerCase()] ?? env[name];
  const [httpProxy, httpsProxy, noProxy] = [of('HTTP_PROXY'), of('HTTPS_PROXY'), of('NO_PROXY')];
  if (httpProxy === undefined && httpsProxy === undefined) return undefined;
  return { ...(httpProxy && { httpProxy }), ...(httpsProxy && { httpsProxy }), ...(noProxy && { noProxy }) };
}

function optionsOf({ method, url, headers, body }: WebRequest): Dispatcher.RequestOptions {
  return { origin: url.origin, path: `${url.pathname}${url.search}`, method, headers, body: body ?? null };
}

function headerIn(headers: Headers): WebAnswer['header'] {
  return (name) => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
}

type Body = Dispatcher.ResponseData['body'];

async function* piecesOf(body: Body, timeoutMs: number): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of body) yield piece;
  } catch (error) {
    throw new RemoteError(problemOf(error, timeoutMs));
  } finally {
    body.destroy();
  }
}

/** What keeps a request from being answered is nobody's bug; only errors of undici and of sockets end here. */
function problemOf(error: unknown, timeoutMs: number): RemoteProblem {
  const code = errorCode(error) ?? '';
  if (!(error instanceof Error)) throw error;
  if (code.endsWith('_TIMEOUT')) return { kind: 'unreachable', problem: `no answer within ${timeoutMs / 1000} s` };
  if (/^UND_ERR_(ABORTED|DESTROYED|CLOSED)$/.test(code)) return STOPPED;
  const known = REASONS[code];
  if (known !== undefined) return { kind: 'unreachable', problem: known };
  if (code.startsWith('CERT_') || /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(code))
    return {
      kind: 'refused',
      problem: `its certificate is not to be trusted: ${error.message}`,
      hint: 'NODE_EXTRA_CA_CERTS=file.pem adds an authority',
    };
  if (code === '') throw error;
  return { kind: 'unreachable', problem: error.message === '' ? code : error.message };
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of its host cannot be resolved now',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'it sent another amount of bytes than it said',
};
