/**
 * Has what arrives written by a thread of its own (`arrivals-worker`), in the order in which it was asked for.
 *
 * Orders of one turn of the event loop travel together: a message costs more than to write a small file.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Digest } from '../../lib/digest.ts';
import type { Arrivals, ArrivingFile } from './arrivals.ts';
import type { Answer, ArrivalsPlace, Order, Refusal } from './arrivals-protocol.ts';

/** From the bundle, or from one of its chunks; undefined: running from source, where there is none. */
export function findArrivalsProgram(): URL | undefined {
  return ['./workers/', '../workers/']
    .map((place) => new URL(`${place}arrivals-worker.js`, import.meta.url))
    .find((place) => existsSync(fileURLToPath(place)));
}

export function openArrivalsThread(program: URL, place: ArrivalsPlace): Arrivals {
  const line = openLine(program, place);
  let files = 0;
  return {
    keep: async (digest: Digest, bytes: Uint8Array) => {
      const memory = memoryOf(bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes));
      const { kept } = await line.ask((id) => ({ id, kind: 'keep', digest, memory }), [memory]);
      return kept ?? 'damaged';
    },
    begin: async (path, size) => {
      const file = files++;
      const { here = 0 } = await line.ask((id) => ({ id, kind: 'begin', file, path, size }));
      return fileOn(line, file, here);
    },
    close: line.close,
  };
}

function fileOn({ ask }: Line, file: number, here: number): ArrivingFile {
  return {
    here,
    append: async (piece, lent = false) => {
      const { length } = piece;
      // Only memory that is all the caller's own can be lent.
      const memory = memoryOf(lent ? piece : new Uint8Array(piece));
      const answer = await ask((id) => ({ id, kind: 'append', file, memory, length }), [memory]);
      return new Uint8Array(answer.lent ?? new ArrayBuffer(0));
    },
    finish: async () => {
      const { digest } = await ask((id) => ({ id, kind: 'finish', file }));
      if (digest === undefined) throw new Error('a file was finished without a digest');
      return digest;
    },
    leave: async () => void (await ask((id) => ({ id, kind: 'leave', file }))),
  };
}

function memoryOf({ buffer }: Uint8Array): ArrayBuffer {
  if (!(buffer instanceof ArrayBuffer)) throw new Error('shared memory cannot be lent');
  return buffer;
}

interface Line {
  /** Rejects with what the system said to the other thread. */
  readonly ask: (order: (id: number) => Order, lent?: readonly ArrayBuffer[]) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

interface Asked {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

function openLine(program: URL, place: ArrivalsPlace): Line {
  const worker = new Worker(program, { workerData: place, execArgv: [] });
  const asked = new Map<number, Asked>();
  let ids = 0;
  let orders: Order[] = [];
  let lent: ArrayBuffer[] = [];
  const send = (): void => {
    worker.postMessage(orders, lent);
    orders = [];
    lent = [];
  };
  worker.on('message', (answers: readonly Answer[]) => {
    for (const answer of answers) {
      const { resolve, reject } = asked.get(answer.id) ?? {};
      asked.delete(answer.id);
      if (answer.refusal === undefined) resolve?.(answer);
      else reject?.(errorOf(answer.refusal));
    }
  });
  const lose = (error: Error): void => {
    for (const { reject } of asked.values()) reject(error);
    asked.clear();
  };
  worker.once('error', lose);
  worker.once('exit', () => lose(new Error('the thread that writes what arrives ended')));
  return {
    ask: (order, memory = []) =>
      new Promise((resolve, reject) => {
        const id = ids++;
        asked.set(id, { resolve, reject });
        if (orders.length === 0) setImmediate(send);
        orders.push(order(id));
        lent.push(...memory);
      }),
    close: async () => void (await worker.terminate()),
  };
}

/** As `fs` would have thrown it here. */
function errorOf({ message, ...rest }: Refusal): Error {
  return Object.assign(new Error(message), rest);
}
