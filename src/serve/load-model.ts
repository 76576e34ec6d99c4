/**
 * Loads a version of a model in a thread of its own and makes it ready to answer. Knows nothing of
 * which version ought to be served.
 */
import { Worker } from 'node:worker_threads';
import type { ModelState } from '../core/pipeline.ts';
import type { VersionEntry } from '../core/registry.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { ModelFile } from '../ml/model.ts';
import { serveModel, type ServedModel } from './served-model.ts';
import { locateWorker } from './workers/locate.ts';

export interface LoadTask {
  readonly root: string;
  readonly model: ModelState;
  readonly n: number;
}

/** The error says in a sentence why the version cannot be served. */
export type LoadVersion = (version: VersionEntry) => Promise<Result<ServedModel, string>>;

export function createLoadVersion({ root, model }: Omit<LoadTask, 'n'>): LoadVersion {
  return async ({ n, sha }) => {
    const loaded = await loadInThread({ root, model, n });
    if (!loaded.ok) return loaded;
    return ok(serveModel({ name: model.name, version: n, sha }, loaded.value));
  };
}

function loadInThread(task: LoadTask): Promise<Result<ModelFile, string>> {
  const { url, execArgv } = locateWorker('model');
  return new Promise((resolve) => {
    const worker = new Worker(url, { execArgv, workerData: task });
    worker.once('message', resolve);
    worker.once('error', (error) => resolve(err(error.message)));
    worker.once('exit', () => resolve(err('the loading thread ended without a word')));
  });
}
