/** A local HTTP server of files that can be told to misbehave, and remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

export type Misbehaviour = (request: IncomingMessage, response: ServerResponse) => void;

export interface FileServer {
  /** Of the folder, with a slash at its end. */
  readonly url: string;
  /** `GET /lieux-2024.csv` and, of a part, ` bytes=5-`. */
  readonly requests: readonly string[];
  /** The next answers, one a request; afterwards the server behaves. */
  readonly misbehave: (...answers: readonly Misbehaviour[]) => void;
}

/** Serves ranges as RFC 9110 has it: a part only under the same ETag. */
export async function serveFiles(files: Readonly<Record<string, string | Buffer>>): Promise<FileServer> {
  const requests: string[] = [];
  const queue: Misbehaviour[] = [];
  const server = createServer((request, response) => {
    const { range } = request.headers;
    requests.push(`GET ${request.url}${range === undefined ? '' : ` ${range}`}`);
    const answer = queue.shift() ?? ((_, to) => serve(files, request, to));
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    misbehave: (...answers) => void queue.push(...answers),
  };
}

const ETAG = '"v1"';

function serve(
  files: Readonly<Record<string, string | Buffer>>,
  { url = '', headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const content = files[decodeURIComponent(url.slice(1))];
  if (content === undefined) return void response.writeHead(404).end('no such file');
  const bytes = Buffer.from(content);
  const [, first] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
  if (first === undefined || (headers['if-range'] ?? ETAG) !== ETAG) {
    return void response.writeHead(200, { 'content-length': bytes.length, etag: ETAG }).end(bytes);
  }
  if (Number(first) >= bytes.length) {
    return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
  }
  const range = `bytes ${first}-${bytes.length - 1}/${bytes.length}`;
  const rest = bytes.subarray(Number(first));
  response.writeHead(206, { 'content-length': rest.length, 'content-range': range, etag: ETAG }).end(rest);
}

interface Cut {
  readonly etag?: string;
  /** What is on its way when a connection breaks is lost: wait for this, to know what has arrived. */
  readonly hasArrived?: () => boolean;
}

/** Announces everything and cuts the connection after some bytes. */
export const cutAfter =
  (content: string, sent: number, { etag = ETAG, hasArrived = () => true }: Cut = {}): Misbehaviour =>
  (_request, response) => {
    response.writeHead(200, { 'content-length': Buffer.byteLength(content), etag });
    response.write(content.slice(0, sent));
    const timer = setInterval(() => {
      if (!hasArrived()) return;
      clearInterval(timer);
      response.destroy();
    }, 5);
  };

/** Sends some bytes and then nothing more. */
export const stallAfter =
  (content: string, sent: number): Misbehaviour =>
  (_request, response) => {
    response.writeHead(200, { 'content-length': Buffer.byteLength(content), etag: ETAG });
    response.write(content.slice(0, sent));
  };

export const answerWith =
  (status: number, headers: Readonly<Record<string, string>> = {}, body = ''): Misbehaviour =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);
