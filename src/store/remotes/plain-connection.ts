/**
 * One connection without TLS that carries one GET or HEAD after the other. Knows nothing of pools and never repeats.
 *
 * The system fills the very memory where a body is wanted: nothing is made, copied or collected for each piece.
 * Invariant: memory that was handed out is not written to again, since the socket is given its own at once.
 */
import { connect } from 'node:net';
import { type AnswerHead, MAX_HEAD_BYTES, parseAnswerHead } from './plain-head.ts';
import { type Collected, type CollectLimits, MAX_PREPARED_BYTES } from './web-collect.ts';

/**
 * `unfit`: nothing that is read here. `large`: a body for which no memory is set aside. `long`: a body of more than
 * was allowed. `stale`: the other side had closed before the request came there, so it may be sent anew.
 */
export type PlainOutcome =
  | { readonly kind: 'answer'; readonly answer: Collected }
  | { readonly kind: 'unfit' | 'large' | 'stale' }
  | { readonly kind: 'long'; readonly limit: number }
  | { readonly kind: 'failed'; readonly error: Error };

export interface PlainConnection {
  /** `text` is the whole request. One at a time, and only while it is usable. */
  ask(text: string, reading: PlainReading): Promise<PlainOutcome>;
  isUsable(): boolean;
  close(): void;
}

export interface PlainReading {
  /** False: a HEAD. */
  readonly hasBody: boolean;
  readonly limits: CollectLimits;
}

export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly connectMs: number;
  /** Without a byte. */
  readonly timeoutMs: number;
}

export function openPlainConnection({ host, port, connectMs, timeoutMs }: ConnectOptions): PlainConnection {
  const reader = createReader();
  let answered: ((outcome: PlainOutcome) => void) | undefined;
  let isUsable = true;
  const close = (): void => {
    isUsable = false;
    socket.destroy();
  };
  const end = (outcome: PlainOutcome, stays: boolean): void => {
    const resolve = answered;
    answered = undefined;
    if (!stays) close();
    resolve?.(outcome);
  };
  const take = (bytes: number): true => {
    // What comes when nothing was asked for could be taken for the next answer.
    const done = answered === undefined ? { outcome: UNFIT, stays: false } : reader.take(bytes);
    if (done !== undefined) end(done.outcome, done.stays);
    return true;
  };
  const fail = (error: Error): void => end(reader.isStale() ? { kind: 'stale' } : { kind: 'failed', error }, false);
  const onread = { buffer: reader.free, callback: take };
  const socket = connect({ host, port, noDelay: true, onread });
  socket.setTimeout(connectMs);
  socket.once('connect', () => socket.setTimeout(timeoutMs));
  socket.on('timeout', () => end({ kind: 'failed', error: failureOf('ANSWER_TIMEOUT') }, false));
  socket.on('error', fail);
  socket.on('end', () => fail(failureOf('ECONNRESET')));
  socket.on('close', () => fail(failureOf('ECONNRESET')));
  return {
    ask: (text, reading) =>
      new Promise((resolve) => {
        answered = resolve;
        reader.begin(reading);
        socket.write(text, 'latin1');
      }),
    isUsable: () => isUsable,
    close,
  };
}

/** With a code that `store/remotes/web-client` knows. */
export const failureOf = (code: string): Error => Object.assign(new Error(code), { code });

interface Reader {
  readonly begin: (reading: PlainReading) => void;
  /** Where the next bytes go. */
  readonly free: () => Uint8Array;
  /** So many have come there. Undefined: the answer goes on. */
  readonly take: (bytes: number) => Done | undefined;
  /** Not a byte has come of an answer that is not the first. */
  readonly isStale: () => boolean;
}

interface Done {
  readonly outcome: PlainOutcome;
  readonly stays: boolean;
}

const UNFIT: PlainOutcome = { kind: 'unfit' };

function createReader(): Reader {
  const own = Buffer.allocUnsafeSlow(MAX_HEAD_BYTES);
  let reading: PlainReading | undefined;
  let body: { readonly head: AnswerHead; readonly into: Uint8Array } | undefined;
  /** Bytes in the body if there is one, else in memory of our own. */
  let filled = 0;
  let answers = 0;
  const takeHead = ({ hasBody, limits }: PlainReading, fresh: number): PlainOutcome | undefined => {
    const end = own.subarray(0, filled).indexOf('\r\n\r\n', Math.max(0, filled - fresh - 3), 'latin1');
    if (end < 0) return filled < own.length ? undefined : UNFIT;
    const head = parseAnswerHead(own.toString('latin1', 0, end), { hasBody });
    if (head === undefined) return UNFIT;
    const isSuccess = head.status < 300;
    const limit = isSuccess ? limits.maxBytes : limits.maxErrorBytes;
    if (head.length > limit) return { kind: 'long', limit };
    const into = memoryFor(head.length, isSuccess ? limits.into : undefined);
    if (into === undefined) return { kind: 'large' };
    const rest = own.subarray(end + 4, filled);
    into.set(rest.subarray(0, into.length));
    filled = rest.length;
    body = { head, into };
    return undefined;
  };
  return {
    begin: (next) => {
      reading = next;
    },
    free: () => (body === undefined ? own.subarray(filled) : body.into.subarray(filled)),
    take: (bytes) => {
      filled += bytes;
      const outcome = body === undefined && reading !== undefined ? takeHead(reading, bytes) : undefined;
      if (outcome !== undefined) return { outcome, stays: false };
      if (body === undefined || filled < body.into.length) return undefined;
      const { head, into } = body;
      // Bytes beyond the end are nobody's: they could be taken for the next answer.
      const stays = head.staysOpen && filled === into.length;
      answers += 1;
      reading = body = undefined;
      filled = 0;
      return { outcome: { kind: 'answer', answer: { ...head, bytes: into } }, stays };
    },
    isStale: () => answers > 0 && body === undefined && filled === 0,
  };
}

function memoryFor(length: number, given: Uint8Array | undefined): Uint8Array | undefined {
  if (given !== undefined && given.length >= length) return given.subarray(0, length);
  return length <= MAX_PREPARED_BYTES ? Buffer.allocUnsafeSlow(length) : undefined;
}
