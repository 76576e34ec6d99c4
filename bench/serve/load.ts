/**
 * A load generator on plain sockets: one request under way on each of a few kept connections. Cheaper
 * for the machine than an HTTP client, so that less of it is taken from the server it measures.
 *
 * Without a rate every connection asks again as soon as it is answered. With one, requests are due at fixed
 * times and their latency counts from then, so a server that stalls is not asked less and does not look better.
 */
import { connect } from 'node:net';

export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second, all connections together. */
  readonly rate?: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly failures: number;
  /** What came instead of a 200, and how often: "503 overloaded", "ECONNRESET", "closed". */
  readonly refusals: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Asks one request and calls back; undefined: it was answered with a 200. */
type Ask = (onAnswer: (refusal: string | undefined) => void) => void;

export async function load(options: LoadOptions): Promise<LoadResult> {
  const connections = await Promise.all(Array.from({ length: options.connections }, () => openConnection(options)));
  const latencies: number[] = [];
  const refusals: Record<string, number> = {};
  const started = performance.now();
  const deadline = started + options.seconds * 1000;
  const record: Note = (since, refusal) => {
    latencies.push(performance.now() - since);
    if (refusal !== undefined) refusals[refusal] = (refusals[refusal] ?? 0) + 1;
  };
  const asks = connections.map(({ ask }) => ask);
  await (options.rate === undefined
    ? Promise.all(asks.map((ask) => askOnAndOn(ask, deadline, record)))
    : askAtRate(asks, { rate: options.rate, started, deadline }, record));
  const seconds = (performance.now() - started) / 1000;
  for (const { close } of connections) close();
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  const failures = Object.values(refusals).reduce((sum, times) => sum + times, 0);
  return { requests: latencies.length, failures, refusals, seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

type Note = (since: number, refusal: string | undefined) => void;

function askOnAndOn(ask: Ask, deadline: number, record: Note): Promise<void> {
  return new Promise((resolve) => {
    const next = (): void => {
      const since = performance.now();
      if (since >= deadline) return resolve();
      ask((refusal) => {
        record(since, refusal);
        next();
      });
    };
    next();
  });
}

interface Pace {
  readonly rate: number;
  readonly started: number;
  readonly deadline: number;
}

function askAtRate(asks: readonly Ask[], { rate, started, deadline }: Pace, record: Note): Promise<void> {
  const idle = [...asks];
  const due: number[] = [];
  let asked = 0;
  return new Promise((resolve) => {
    const send = (): void => {
      for (let ask = idle.pop(); ask !== undefined; ask = idle.pop()) {
        const since = due.shift();
        if (since === undefined) return void idle.push(ask);
        const mine = ask;
        ask((refusal) => {
          record(since, refusal);
          idle.push(mine);
          send();
        });
      }
    };
    const timer = setInterval(() => {
      const now = performance.now();
      const isOver = now >= deadline;
      for (; !isOver && started + (asked * 1000) / rate <= now; asked++) due.push(now);
      send();
      if (!isOver || due.length > 0 || idle.length < asks.length) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });
}

function renderRequest({ port, path, headers, body }: LoadOptions): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return (
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${lines.join('')}` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

function openConnection(options: LoadOptions): Promise<{ readonly ask: Ask; readonly close: () => void }> {
  const request = renderRequest(options);
  const socket = connect(options.port, '127.0.0.1').setNoDelay(true);
  let received: Buffer[] = [];
  let broken = 'closed';
  let waiting: Parameters<Ask>[0] | undefined;
  const settle = (refusal: string | undefined): void => {
    const onAnswer = waiting;
    waiting = undefined;
    received = [];
    onAnswer?.(refusal);
  };
  socket.on('data', (chunk: Buffer) => {
    received.push(chunk);
    const whole = received.length === 1 ? chunk : Buffer.concat(received);
    if (isComplete(whole)) settle(refusalOf(whole));
  });
  const ask: Ask = (onAnswer) => {
    waiting = onAnswer;
    if (socket.destroyed) setImmediate(() => settle(broken));
    else socket.write(request);
  };
  socket.on('error', (error: NodeJS.ErrnoException) => {
    broken = error.code ?? broken;
  });
  socket.on('close', () => settle(broken));
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => resolve({ ask, close: () => void socket.destroy() }));
  });
}

/** undefined: a 200. */
function refusalOf(answer: Buffer): string | undefined {
  const status = answer.toString('latin1', 9, 12);
  if (status === '200') return undefined;
  const code = /"code":"(\w+)"/.exec(answer.toString('latin1'))?.[1];
  return code === undefined ? status : `${status} ${code}`;
}

function isComplete(answer: Buffer): boolean {
  const headEnd = answer.indexOf('\r\n\r\n');
  if (headEnd < 0) return false;
  const length = /content-length: (\d+)/i.exec(answer.toString('latin1', 0, headEnd))?.[1];
  return length !== undefined && answer.length >= headEnd + 4 + Number(length);
}
