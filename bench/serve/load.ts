/**
 * A load generator on plain sockets: one request under way on each of a few kept connections. Cheaper
 * for the machine than an HTTP client, so that less of it is taken from the server it measures.
 */
import { connect, type Socket } from 'node:net';

export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly failures: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export async function load(options: LoadOptions): Promise<LoadResult> {
  const request = renderRequest(options);
  const latencies: number[] = [];
  let failures = 0;
  const started = performance.now();
  const deadline = started + options.seconds * 1000;
  const one = (): Promise<void> =>
    runConnection({
      port: options.port,
      request,
      isOver: () => performance.now() >= deadline,
      onAnswer(ms, isGood) {
        latencies.push(ms);
        if (!isGood) failures++;
      },
    });
  await Promise.all(Array.from({ length: options.connections }, one));
  const seconds = (performance.now() - started) / 1000;
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { requests: latencies.length, failures, seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function renderRequest({ port, path, headers, body }: LoadOptions): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return (
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${lines.join('')}` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

interface ConnectionOptions {
  readonly port: number;
  readonly request: string;
  readonly isOver: () => boolean;
  readonly onAnswer: (ms: number, isGood: boolean) => void;
}

function runConnection({ port, request, isOver, onAnswer }: ConnectionOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1');
    let received = '';
    let sentAt = 0;
    const send = (): void => {
      received = '';
      sentAt = performance.now();
      socket.write(request);
    };
    socket.setNoDelay(true);
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (!isComplete(received)) return;
      onAnswer(performance.now() - sentAt, received.startsWith('HTTP/1.1 200 '));
      if (isOver()) socket.end();
      else send();
    });
  });
}

function isComplete(answer: string): boolean {
  const headEnd = answer.indexOf('\r\n\r\n');
  const length = /content-length: (\d+)/i.exec(answer)?.[1];
  return headEnd >= 0 && length !== undefined && answer.length >= headEnd + 4 + Number(length);
}
