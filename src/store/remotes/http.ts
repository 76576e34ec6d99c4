/**
 * A web server as a remote that is only read: whatever serves the files of a cache or a folder remote will do.
 *
 * A server need not know of ranges, so large objects come as a stream; one that stops in the middle is asked
 * for the rest, or begins anew.
 */
import type { RemoteSettings } from '../../core/remote-settings.ts';
import { err, ok } from '../../lib/result.ts';
import { problemIn } from './s3-answer.ts';
import { type Remote, type Remoted, type RemoteProblem, type Streamed } from './remote.ts';
import { createWebClient, type WebAnswer, type WebClient } from './web-client.ts';

export interface HttpOptions {
  readonly settings: RemoteSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly connections: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly partBytes: number;
  /** For people. */
  readonly shown: string;
}

const MAX_REDIRECTS = 5;

export async function createHttpRemote(options: HttpOptions): Promise<Remote> {
  const { settings, shown } = options;
  const client = createWebClient(options);
  const base = settings.url.replace(/\/+$/, '');
  const headers = { 'accept-encoding': 'identity', ...authorization(settings) };
  const urlOf = (key: string) => withoutUser(key === '' ? base : `${base}/${key}`);
  const readOnly = async (): Promise<Remoted<never>> => err(READ_ONLY);
  return {
    shown,
    isReadOnly: true,
    partBytes: options.partBytes,
    stat: async (key) => {
      const answered = await follow(client, { method: 'HEAD', url: urlOf(key), headers });
      if (!answered.ok) return answered;
      const { value: answer } = answered;
      if (answer.status === 404 || answer.status === 410) return ok(undefined);
      const size = Number(answer.header('content-length') ?? Number.NaN);
      return answer.status === 200 && Number.isSafeInteger(size) ? ok(size) : err(problemIn(answer));
    },
    read: (key, { range, maxBytes } = {}) => read(client, { url: urlOf(key), headers, range, maxBytes }),
    stream: (key, start) => stream(client, { url: urlOf(key), headers }, start),
    put: readOnly,
    create: readOnly,
    remove: readOnly,
    list: async function* () {
      yield err(READ_ONLY);
    },
    close: () => client.close(),
  };
}

const READ_ONLY: RemoteProblem = {
  kind: 'refused',
  problem: 'a web server is only read',
  hint: 'push to another remote',
};

function authorization({ token, user, password, url }: RemoteSettings): Readonly<Record<string, string>> {
  const parsed = URL.parse(url);
  const name = user ?? decodeURIComponent(parsed?.username ?? '');
  const secret = password ?? decodeURIComponent(parsed?.password ?? '');
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  return name === '' ? {} : { authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}` };
}

function withoutUser(url: string): URL {
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  return parsed;
}

interface Asked {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** Redirects within one host keep the credentials, others do not get them. */
async function follow(
  client: WebClient,
  request: Asked & { readonly method: 'GET' | 'HEAD'; readonly maxBytes?: number | undefined },
): Promise<Remoted<WebAnswer>> {
  let { url, headers } = request;
  for (let hops = 0; ; hops += 1) {
    const answered = await client.send({ ...request, url, headers });
    if (!answered.ok) return answered;
    const next = redirectOf(answered.value.status, answered.value.header('location'), url);
    if (next === undefined || hops === MAX_REDIRECTS) return answered;
    headers = headersFor(next, url, headers);
    url = next;
  }
}

function redirectOf(status: number, location: string | undefined, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  return URL.parse(location, from.href) ?? undefined;
}

function headersFor(to: URL, from: URL, headers: Asked['headers']): Asked['headers'] {
  if (to.origin === from.origin) return headers;
  const { authorization: _, ...rest } = headers;
  return rest;
}

interface Reading extends Asked {
  readonly range: { readonly start: number; readonly end: number } | undefined;
  readonly maxBytes: number | undefined;
}

async function read(
  client: WebClient,
  { url, headers, range, maxBytes }: Reading,
): Promise<Remoted<Uint8Array | undefined>> {
  const asked = range === undefined ? headers : { ...headers, range: `bytes=${range.start}-${range.end - 1}` };
  const answered = await follow(client, { method: 'GET', url, headers: asked, maxBytes });
  if (!answered.ok) return answered;
  const { value: answer } = answered;
  if (answer.status === 404 || answer.status === 410) return ok(undefined);
  if (range === undefined || answer.status === 206)
    return answer.status < 300 ? ok(answer.bytes) : err(problemIn(answer));
  return answer.status === 200 ? ok(answer.bytes.subarray(range.start, range.end)) : err(problemIn(answer));
}

async function stream(
  client: WebClient,
  { url, headers }: Asked,
  start: number,
): Promise<Remoted<Streamed | undefined>> {
  let at = url;
  let asked: Asked['headers'] = start === 0 ? headers : { ...headers, range: `bytes=${start}-` };
  for (let hops = 0; ; hops += 1) {
    const opened = await client.open({ method: 'GET', url: at, headers: asked });
    if (!opened.ok) return opened;
    const { status, header, pieces } = opened.value;
    const next = hops < MAX_REDIRECTS ? redirectOf(status, header('location'), at) : undefined;
    if (next === undefined) return streamed(opened.value, start);
    await pieces[Symbol.asyncIterator]().return?.();
    asked = headersFor(next, at, asked);
    at = next;
  }
}

async function streamed(
  { status, header, pieces }: { status: number; header: WebAnswer['header']; pieces: AsyncIterable<Uint8Array> },
  start: number,
): Promise<Remoted<Streamed | undefined>> {
  if (status === 200 || status === 206) {
    const from = status === 206 ? start : 0;
    const length = Number(header('content-length') ?? Number.NaN);
    return ok({ start: from, total: Number.isSafeInteger(length) ? from + length : undefined, pieces });
  }
  await pieces[Symbol.asyncIterator]().return?.();
  if (status === 404 || status === 410) return ok(undefined);
  // The part that was asked for begins behind the end: what is here already is not what is there.
  if (status === 416) return err({ kind: 'damaged', problem: 'the server has fewer bytes than have arrived already' });
  return err(problemIn({ status, header, bytes: new Uint8Array() }));
}
