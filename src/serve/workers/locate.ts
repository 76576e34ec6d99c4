/**
 * Where a worker thread's program is, and how to start it: beside the bundle in an installed package,
 * in TypeScript in a checkout that runs from source. Nothing else knows the difference.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

export type WorkerName = 'writer' | 'password' | 'model' | 'job';

export interface WorkerProgram {
  readonly url: URL;
  /** Arguments of Node for the thread. */
  readonly execArgv: string[];
}

/** From the bundle, or from one of its chunks. */
const PLACES = ['./workers/', '../workers/'] as const;

export function locateWorker(name: WorkerName): WorkerProgram {
  for (const place of PLACES) {
    const url = new URL(`${place}${name}-worker.js`, import.meta.url);
    if (existsSync(fileURLToPath(url))) return { url, execArgv: [] };
  }
  return { url: new URL(`./${name}-worker.ts`, import.meta.url), execArgv: ['--import', typescriptLoader()] };
}

/** A thread on Node 20 does not inherit tsx from its parent, and `--import tsx` does nothing in one. */
function typescriptLoader(): string {
  // By path: resolved as a CommonJS module it is one that does not find its own files.
  const manifest = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'));
  const api = new URL('./dist/esm/api/index.mjs', manifest);
  return `data:text/javascript,${encodeURIComponent(`import { register } from ${JSON.stringify(api)}; register();`)}`;
}
