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
  /** Operations that were asked for and are not done. */
  depth(): number;
  /** Resolves when everything asked for before is on the disk. */
  close(): Promise<void>;
}

/** A message's values have the type that the name says; between threads nobody can check that. */
export interface Call {
  readonly id: number;
  readonly name: keyof Store | 'close';
  readonly argument: never;
}

export type Reply = { readonly id: number; readonly value: never } | { readonly id: number; readonly problem: string };

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

export interface WriterOptions {
  readonly file: string;
  readonly busyTimeoutMs: number;
  readonly auditKey: Uint8Array;
  /** The thread died: nothing can be written any more. */
  readonly onDeath: (error: Error) => void;
}

export function startWriter({ file, busyTimeoutMs, auditKey, onDeath }: WriterOptions): Writer {
  const { url, execArgv } = locateWorker('writer');
  const worker = new Worker(url, { execArgv, workerData: { file, busyTimeoutMs, auditKey } });
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let death: Error | undefined;

  worker.on('message', (reply: Reply) => {
    const caller = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('problem' in reply) caller?.reject(new Error(reply.problem));
    else caller?.resolve(reply.value);
  });
  worker.on('error', (error) => {
    death = error;
    for (const caller of waiting.values()) caller.reject(error);
    waiting.clear();
    onDeath(error);
  });

  const call = <T>(name: Call['name'], argument?: unknown): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (death !== undefined) return reject(death);
      const id = calls++;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, name, argument });
    });

  return {
    store: {
      addUser: (argument) => call('addUser', argument),
      changeUser: (argument) => call('changeUser', argument),
      changeUserSafely: (argument) => call('changeUserSafely', argument),
      removeUserSafely: (argument) => call('removeUserSafely', argument),
      findUser: (argument) => call('findUser', argument),
      listUsers: () => call('listUsers'),
      startSession: (argument) => call('startSession', argument),
      rotateRefreshToken: (argument) => call('rotateRefreshToken', argument),
      findSession: (argument) => call('findSession', argument),
      endSession: (argument) => call('endSession', argument),
      listRevokedSessions: () => call('listRevokedSessions'),
      dropOldSessions: (argument) => call('dropOldSessions', argument),
      addApiKey: (argument) => call('addApiKey', argument),
      removeApiKey: (argument) => call('removeApiKey', argument),
      listApiKeys: (argument) => call('listApiKeys', argument),
      appendAudit: (argument) => call('appendAudit', argument),
      listAudit: (argument) => call('listAudit', argument),
      readAuditHead: () => call('readAuditHead'),
      appendPredictions: (argument) => call('appendPredictions', argument),
      dropPredictions: (argument) => call('dropPredictions', argument),
      saveFeedback: (argument) => call('saveFeedback', argument),
      claimScheduled: (argument) => call('claimScheduled', argument),
      lastScheduled: (argument) => call('lastScheduled', argument),
      saveRetrain: (argument) => call('saveRetrain', argument),
      listRetrains: (argument) => call('listRetrains', argument),
      findRetrain: (argument) => call('findRetrain', argument),
      findRetrainByRequest: (argument) => call('findRetrainByRequest', argument),
      listOldRetrains: (argument) => call('listOldRetrains', argument),
      dropRetrains: (argument) => call('dropRetrains', argument),
      dropSpent: (argument) => call('dropSpent', argument),
      listUnfinishedRetrains: () => call('listUnfinishedRetrains'),
    },
    depth: () => waiting.size,
    async close() {
      if (death === undefined) await call('close');
    },
  };
}
