/** Bytes over a socket, as no client library would send them, and everything that comes back. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { v7 as uuid } from 'uuid';
import { startServer, type HttpServer, type ServerLimits } from '../../../src/serve/server.ts';
import type { Rig } from './rig.ts';

export async function listen(
  { app, takeHot }: Pick<Rig, 'app' | 'takeHot'>,
  limits?: ServerLimits,
): Promise<HttpServer> {
  const server = await startServer({
    fetch: (request, env) => app.fetch(request, env),
    takeHot,
    host: '127.0.0.1',
    port: 0,
    newId: uuid,
    ...(limits === undefined ? {} : { limits }),
  });
  if (!server.ok) throw server.error;
  return server.value;
}

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Sends the parts one after the other and reads until the server closes. */
export async function exchange(port: number, ...parts: readonly string[]): Promise<readonly RawAnswer[]> {
  return parseAnswers(await exchangeText(port, ...parts));
}

export async function exchangeText(port: number, ...parts: readonly string[]): Promise<string> {
  const socket = await open(port);
  for (const part of parts) {
    socket.write(part, 'latin1');
    await new Promise((resolve) => setImmediate(resolve));
  }
  return readAll(socket);
}

/** Closes its own half after the last byte, as `nc -N` does. */
export async function exchangeHalfClosed(port: number, text: string): Promise<readonly RawAnswer[]> {
  const socket = await open(port);
  socket.end(text, 'latin1');
  return parseAnswers(await readAll(socket));
}

export async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined); // a reset after the answer
  await once(socket, 'connect');
  return socket;
}

export async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  await new Promise<void>((resolve) => socket.once('end', resolve).once('close', () => resolve()));
  socket.destroy();
  return Buffer.concat(chunks).toString('latin1');
}

export function parseAnswers(text: string): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = text;
  while (rest.startsWith('HTTP/1.1 ')) {
    const end = rest.indexOf('\r\n\r\n');
    const [line = '', ...lines] = rest.slice(0, end).split('\r\n');
    const headers = new Map(
      lines.map((header): [string, string] => {
        const colon = header.indexOf(':');
        return [header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim()];
      }),
    );
    const length = Number(headers.get('content-length') ?? 0);
    answers.push({ status: Number(line.split(' ')[1]), headers, body: rest.slice(end + 4, end + 4 + length) });
    rest = rest.slice(end + 4 + length);
  }
  return answers;
}
