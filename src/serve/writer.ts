/**
 * The main thread's end of the writer's thread: the store's operations as promises, done in the order
 * they were asked for. A statement that waits for the disk or for another process's transaction waits
 * over there, and requests go on being answered.
 */
import { Worker } from 'node:worker_threads';
import type { Store } from '../store/database/store.ts';
import { locateWorker } from './workers/locate.ts';

export interface Writer {
  readonly store: Store;
  /** Resolves when everything asked for before is on the disk. */
  close(): Promise<void>;
}

export interface Call {
  readonly id: number;
  readonly name: keyof Store | 'close';
  readonly argument?: unknown;
}

export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly problem: string };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface WriterOptions {
  readonly file: string;
  readonly busyTimeoutMs: number;
  /** The thread died: nothing can be written any more. */
  readonly onDeath: (error: Error) => void;
}

export function startWriter({ file, busyTimeoutMs, onDeath }: WriterOptions): Writer {
  const { url, execArgv } = locateWorker('writer');
  const worker = new Worker(url, { execArgv, workerData: { file, busyTimeoutMs } });
  const waiting = new Map<number, Waiting>();
  let calls = 0;

  worker.on('message', (reply: Reply) => {
    const caller = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('problem' in reply) caller?.reject(new Error(reply.problem));
    else caller?.resolve(reply.value);
  });
  worker.on('error', (error) => {
    for (const caller of waiting.values()) caller.reject(error);
    waiting.clear();
    onDeath(error);
  });

  const call = (name: Call['name'], argument?: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = calls++;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, name, argument } satisfies Call);
    });

  // Every operation takes one argument that can be cloned, so a proxy is the whole of the client.
  const store = new Proxy({} as Store, {
    get: (_, name) => (argument: unknown) => call(name as keyof Store, argument),
  });
  return {
    store,
    async close() {
      await call('close');
    },
  };
}
