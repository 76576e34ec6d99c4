/**
 * One HTTP request whose answer is read whole, straight into one piece of memory: for thousands of small objects
 * undici's streams cost more than the requests.
 *
 * Invariant: no more is kept than was allowed; what is longer ends the request.
 */
import type { Dispatcher } from 'undici';
import { err, ok } from '../../lib/result.ts';
import type { Remoted, RemoteProblem } from './remote.ts';

export interface Collected {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface CollectLimits {
  /** Of an answer that is a success, and of one that is none. */
  readonly maxBytes: number;
  readonly maxErrorBytes: number;
  /** Where a success goes if it fits; the answer's bytes are then a part of it. */
  readonly into?: Uint8Array | undefined;
}

/** More is not set aside because a header says so. */
export const MAX_PREPARED_BYTES = 32 * 1024 * 1024;

/** Rejects with what undici or the system says. */
export function collectAnswer(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  limits: CollectLimits,
): Promise<Remoted<Collected>> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let headers: Headers = {};
    let sink = createSink(0, undefined);
    dispatcher.dispatch(request, {
      onRequestStart: () => undefined,
      onResponseStart: (_, statusCode, found) => {
        status = statusCode;
        headers = found;
        const limit = status < 300 ? limits.maxBytes : limits.maxErrorBytes;
        sink = createSink(limit, status < 300 ? limits.into : undefined, Number(found['content-length']));
      },
      onResponseData: (controller, piece) => {
        const problem = sink.add(piece);
        if (problem === undefined) return;
        // First: to abort rejects, and that has to come too late.
        resolve(err({ kind: 'damaged', problem }));
        controller.abort(new Error(problem));
      },
      onResponseEnd: () => resolve(ok({ status, headers, bytes: sink.bytes() })),
      onResponseError: (_, error) => reject(error),
    });
  });
}

export const tooLong = (limit: number): RemoteProblem => ({
  kind: 'damaged',
  problem: `the server sends more than the ${limit} bytes there should be`,
});

interface Sink {
  /** What is wrong with it. */
  readonly add: (piece: Uint8Array) => string | undefined;
  readonly bytes: () => Uint8Array;
}

function createSink(limit: number, into: Uint8Array | undefined, announced = Number.NaN): Sink {
  const prepared = into ?? prepare(Math.min(announced, limit));
  const pieces: Uint8Array[] = [];
  let length = 0;
  return {
    add: (piece) => {
      if (length + piece.length > limit) return tooLong(limit).problem;
      if (prepared !== undefined && pieces.length === 0 && length + piece.length <= prepared.length)
        prepared.set(piece, length);
      else {
        if (pieces.length === 0 && prepared !== undefined) pieces.push(prepared.slice(0, length));
        pieces.push(Buffer.from(piece)); // a copy: undici uses its own again
      }
      length += piece.length;
      return undefined;
    },
    bytes: () => (pieces.length === 0 ? (prepared ?? EMPTY).subarray(0, length) : Buffer.concat(pieces, length)),
  };
}

const EMPTY = new Uint8Array();

/** Memory of its own, which can be given to another thread. */
function prepare(bytes: number): Uint8Array | undefined {
  return Number.isSafeInteger(bytes) && bytes <= MAX_PREPARED_BYTES ? Buffer.allocUnsafeSlow(bytes) : undefined;
}
