/**
 * A small HTTP server with as much of S3's protocol as remotes use, in memory, that does wrong when told to.
 * It checks body digests as S3 does, and no signatures: the real server of scripts/ci-s3.sh does that.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface ObjectServer {
  readonly url: string;
  /** By path, `/bucket/key`. */
  readonly objects: Map<string, Buffer>;
  readonly requests: readonly string[];
  /** Asked before each request: what to do instead of answering it. */
  fault: (request: string) => Fault | undefined;
}

export type Fault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** After so many bytes of the answer. */
  | { readonly cutAfter: number }
  /** Right headers, other bytes. */
  | { readonly bytes: 'wrong' | 'short' | 'long' };

interface Upload {
  readonly path: string;
  readonly parts: Map<number, Buffer>;
}

export async function startObjectServer(): Promise<ObjectServer> {
  const requests: string[] = [];
  const uploads = new Map<string, Upload>();
  const state: ObjectServer = { url: '', objects: new Map(), requests, fault: () => undefined };
  const server = createServer((request, response) => {
    void handle({ state, uploads, requests }, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, { url: `http://127.0.0.1:${port}` });
}

interface Serving {
  readonly state: ObjectServer;
  readonly uploads: Map<string, Upload>;
  readonly requests: string[];
}

async function handle(
  { state, uploads, requests }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await bodyOf(request);
  const line = `${request.method} ${request.url}`;
  requests.push(line);
  const fault = state.fault(line);
  if (fault !== undefined && 'status' in fault) {
    response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
    return;
  }
  const answer = answerTo({ state, uploads }, request, body);
  send(response, answer, fault);
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
}

function send(
  response: ServerResponse,
  { status, headers, body }: Answer,
  fault: Exclude<Fault, { status: number }> | undefined,
): void {
  if (fault !== undefined && 'cutAfter' in fault) {
    response.writeHead(status, { ...headers, 'content-length': body.length });
    response.write(body.subarray(0, fault.cutAfter), () => response.destroy());
    return;
  }
  const sent = damage(body, fault?.bytes);
  response.writeHead(status, { 'content-length': sent.length, ...headers }).end(sent);
}

function damage(body: Buffer, how: 'wrong' | 'short' | 'long' | undefined): Buffer {
  if (how === 'wrong') return Buffer.from(body.map((byte) => byte ^ 1));
  if (how === 'short') return body.subarray(0, body.length - 1);
  return how === 'long' ? Buffer.concat([body, Buffer.from('x')]) : body;
}

function answerTo({ state, uploads }: Omit<Serving, 'requests'>, request: IncomingMessage, body: Buffer): Answer {
  const url = new URL(request.url ?? '/', 'http://x');
  const path = decodeURIComponent(url.pathname);
  const { objects } = state;
  const uploadId = url.searchParams.get('uploadId');
  if (request.method === 'PUT' && digest('sha256', body, 'hex') !== request.headers['x-amz-content-sha256'])
    return xml(400, '<Error><Code>XAmzContentSHA256Mismatch</Code></Error>');
  if (request.method === 'POST' && url.searchParams.has('uploads')) {
    const id = `u${uploads.size}`;
    uploads.set(id, { path, parts: new Map() });
    return xml(200, `<R><UploadId>${id}</UploadId></R>`);
  }
  const upload = uploadId === null ? undefined : uploads.get(uploadId);
  if (uploadId !== null && upload === undefined) return xml(404, '<Error><Code>NoSuchUpload</Code></Error>');
  if (upload !== undefined) return multipart({ upload, objects, uploads, id: uploadId ?? '' }, { request, url, body });
  if (request.method === 'PUT') {
    if (request.headers['if-none-match'] === '*' && objects.has(path))
      return xml(412, '<Error><Code>PreconditionFailed</Code></Error>');
    objects.set(path, body);
    return { status: 200, headers: { etag: etagOf(body) }, body: Buffer.alloc(0) };
  }
  const object = objects.get(path);
  if (object === undefined) return xml(404, request.method === 'HEAD' ? '' : '<Error><Code>NoSuchKey</Code></Error>');
  return serve(request, object);
}

function serve(request: IncomingMessage, object: Buffer): Answer {
  const headers = { etag: etagOf(object) };
  if (request.method === 'HEAD')
    return { status: 200, headers: { ...headers, 'content-length': object.length }, body: Buffer.alloc(0) };
  const [, start, end] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  if (start === undefined) return { status: 200, headers, body: object };
  return {
    status: 206,
    headers,
    body: object.subarray(Number(start), end === '' || end === undefined ? undefined : Number(end) + 1),
  };
}

interface Multipart {
  readonly upload: Upload;
  readonly objects: Map<string, Buffer>;
  readonly uploads: Map<string, Upload>;
  readonly id: string;
}

function multipart(
  { upload, objects, uploads, id }: Multipart,
  { request, url, body }: { request: IncomingMessage; url: URL; body: Buffer },
): Answer {
  if (request.method === 'PUT') {
    upload.parts.set(Number(url.searchParams.get('partNumber')), body);
    return { status: 200, headers: { etag: etagOf(body) }, body: Buffer.alloc(0) };
  }
  const parts = [...upload.parts].sort(([a], [b]) => a - b);
  if (request.method === 'GET') {
    const listed = parts.map(
      ([number, part]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etagOf(part)}</ETag></Part>`,
    );
    return xml(200, `<L><IsTruncated>false</IsTruncated>${listed.join('')}</L>`);
  }
  const object = Buffer.concat(parts.map(([, part]) => part));
  objects.set(upload.path, object);
  uploads.delete(id);
  return xml(200, `<R><ETag>${etagOf(object)}</ETag></R>`);
}

const xml = (status: number, text: string): Answer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(text),
});
const etagOf = (bytes: Buffer): string => `"${digest('md5', bytes, 'hex')}"`;
const digest = (kind: string, bytes: Buffer, form: 'hex'): string => createHash(kind).update(bytes).digest(form);

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
}
