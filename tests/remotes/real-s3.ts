/** The S3 server that scripts/ci-remotes.sh has started: a bucket a test, and a proxy before it that does wrong when told to. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { digestOf } from '../../src/lib/digest.ts';
import { createSigner } from '../../src/store/remotes/s3-signature.ts';

export const SERVER = fromEnvironment('S3_TEST_ENDPOINT');
const ACCOUNT = {
  accessKeyId: fromEnvironment('S3_TEST_KEY'),
  secretAccessKey: fromEnvironment('S3_TEST_SECRET'),
};
export const KEYS = {
  access_key_id: ACCOUNT.accessKeyId,
  secret_access_key: ACCOUNT.secretAccessKey,
  region: 'us-east-1',
} as const;
/** For the command line. */
export const VARIABLES = {
  AWS_ACCESS_KEY_ID: ACCOUNT.accessKeyId,
  AWS_SECRET_ACCESS_KEY: ACCOUNT.secretAccessKey,
  AWS_REGION: 'us-east-1',
};

export async function makeBucket(): Promise<string> {
  const bucket = `test-${randomBytes(6).toString('hex')}`;
  const url = new URL(`${SERVER}/${bucket}`);
  const headers = createSigner('us-east-1')(
    { method: 'PUT', url, headers: {}, payload: digestOf('') },
    ACCOUNT,
    new Date(),
  );
  const { host: _, ...sent } = headers;
  const answer = await fetch(url, { method: 'PUT', headers: sent });
  expect(answer.status).toBe(200);
  return bucket;
}

export type Fault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** After so many bytes of the answer; the server has done what it was asked for. */
  | { readonly cutAfter: number }
  /** Before the server hears of it. */
  | { readonly cutRequest: true }
  | { readonly bytes: 'wrong' | 'short' | 'long' }
  | { readonly delayMs: number };

export interface FaultProxy {
  readonly url: string;
  readonly requests: readonly string[];
  fault: (request: string) => Fault | undefined;
}

export async function startFaultProxy(): Promise<FaultProxy> {
  const requests: string[] = [];
  const proxy = { url: '', requests, fault: (): Fault | undefined => undefined };
  const state: FaultProxy = proxy;
  const server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    requests.push(line);
    relay({ fault: state.fault(line), request, response });
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

interface Relaying {
  readonly fault: Fault | undefined;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function relay({ fault, request, response }: Relaying): void {
  if (fault !== undefined && 'cutRequest' in fault) return void request.socket.destroy();
  if (fault !== undefined && 'status' in fault) {
    request.resume();
    request.on('end', () => response.writeHead(fault.status, fault.headers).end(fault.body ?? ''));
    return;
  }
  // The signature names the host that was asked, and the server checks it.
  const there = forward(`${SERVER}${request.url}`, { method: request.method, headers: request.headers }, (answer) => {
    const pieces: Buffer[] = [];
    answer.on('data', (piece: Buffer) => pieces.push(piece));
    answer.on('end', () => {
      const delayMs = fault !== undefined && 'delayMs' in fault ? fault.delayMs : 0;
      setTimeout(() => send({ fault, request, response }, answer, Buffer.concat(pieces)), delayMs);
    });
  });
  there.on('error', () => response.destroy());
  request.pipe(there);
}

function send({ fault, request, response }: Relaying, answer: IncomingMessage, body: Buffer): void {
  const status = answer.statusCode ?? 502;
  if (fault !== undefined && 'cutAfter' in fault) {
    if (fault.cutAfter === 0) return void response.destroy();
    response.writeHead(status, answer.headers);
    response.write(body.subarray(0, fault.cutAfter), () => response.destroy());
    return;
  }
  const sent = fault !== undefined && 'bytes' in fault ? damage(body, fault.bytes) : body;
  const headers =
    request.method === 'HEAD' ? answer.headers : { ...answer.headers, 'content-length': String(sent.length) };
  response.writeHead(status, headers).end(sent);
}

function damage(body: Buffer, how: 'wrong' | 'short' | 'long'): Buffer {
  if (how === 'wrong') return Buffer.from(body.map((byte) => byte ^ 1));
  return how === 'short' ? body.subarray(0, -1) : Buffer.concat([body, Buffer.from('x')]);
}

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: scripts/ci-remotes.sh starts the server and these tests`);
  return value;
}
