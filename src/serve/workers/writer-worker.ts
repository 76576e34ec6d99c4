/**
 * The one thread that writes to the database: runs the operations it is sent, in the order they came.
 * Knows nothing of HTTP; `serve/writer` is its other end.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../../store/database/open.ts';
import { createStore } from '../../store/database/store.ts';
import type { Call, Reply, WriterOptions } from '../writer.ts';

const { file, busyTimeoutMs, auditKey }: Pick<WriterOptions, 'file' | 'busyTimeoutMs' | 'auditKey'> = workerData;
const opened = await openDatabase({ file, busyTimeoutMs });
if (!opened.ok) throw new Error(`cannot open ${file}`);
const database = opened.value;
const operations: Readonly<Record<string, (argument: never) => Promise<unknown>>> = createStore(database, auditKey);

let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (call: Call) => {
  last = last.then(() => run(call));
});

async function run(call: Call): Promise<void> {
  if (call.name === 'close') {
    await database.close();
    reply({ id: call.id, value: undefined });
    parentPort?.close();
    return;
  }
  try {
    reply({ id: call.id, value: await operations[call.name]?.(call.argument) });
  } catch (error) {
    reply({ id: call.id, problem: error instanceof Error ? error.message : String(error) });
  }
}

function reply(message: Pick<Reply, 'id'> & ({ readonly value: unknown } | { readonly problem: string })): void {
  parentPort?.postMessage(message);
}
