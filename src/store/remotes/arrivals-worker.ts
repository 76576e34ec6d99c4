/**
 * A thread that digests and writes what arrives, so that the one that talks to the remote never waits for a disk.
 * Takes one order after the other and answers each; knows nothing of remotes.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { errorCode } from '../read-if-there.ts';
import { createObjectFiles } from '../objects-files.ts';
import { beginFile, type FileInWork, keepObject } from './arrivals-here.ts';
import type { Answer, ArrivalsPlace, Order, Refusal } from './arrivals-protocol.ts';

const { dir, shared }: ArrivalsPlace = workerData;
const files = createObjectFiles({ dir, shared });
const inWork = new Map<number, FileInWork>();

parentPort?.on('message', (orders: readonly Order[]) => {
  const answers = orders.map(answer);
  parentPort?.postMessage(
    answers,
    answers.flatMap(({ lent }) => (lent === undefined ? [] : [lent])),
  );
});

function answer(order: Order): Answer {
  try {
    return { id: order.id, ...carryOut(order) };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return { id: order.id, refusal };
  }
}

function carryOut(order: Order): Omit<Answer, 'id'> {
  switch (order.kind) {
    case 'keep':
      return { kept: keepObject(files, order.digest, new Uint8Array(order.memory)) };
    case 'begin': {
      const work = beginFile(order.path, order.size);
      inWork.set(order.file, work);
      return { here: work.here };
    }
    case 'append': {
      workOn(order.file).append(new Uint8Array(order.memory, 0, order.length));
      return { lent: order.memory };
    }
    case 'finish': {
      const digest = workOn(order.file).finish();
      inWork.delete(order.file);
      return { digest };
    }
    case 'leave':
      inWork.get(order.file)?.leave();
      inWork.delete(order.file);
      return {};
  }
}

function workOn(file: number): FileInWork {
  const work = inWork.get(file);
  if (work === undefined) throw new Error('this file was not begun');
  return work;
}

/** Undefined: a bug. */
function refusalOf(error: unknown): Refusal | undefined {
  const code = errorCode(error);
  if (code === undefined || !(error instanceof Error) || !('syscall' in error)) return undefined;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  return { code, message: error.message, syscall: String(error.syscall), path };
}
