/**
 * The thread for what is long and seldom: loading versions of models, and changing registries. Started
 * when there is something to do and ended when there has been nothing for a while.
 *
 * Invariant: one thing at a time, whoever asks, so this takes one core at most.
 */
import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import type { ModelState } from '../core/pipeline.ts';
import { err, type Result } from '../lib/result.ts';
import type { ModelAct, ModelActOutcome } from './model-act.ts';
import type { CompiledVersion } from './served-model.ts';
import { locateWorker } from './workers/locate.ts';

export interface ModelThread {
  /** The error says in a sentence why the version cannot be served. */
  readonly load: (task: LoadTask) => Promise<Result<LoadedVersion, string>>;
  readonly act: (task: ActTask) => Promise<ModelActOutcome>;
  /** Starts it while nobody needs it yet. */
  readonly warm: () => void;
  /** From now on there are requests, and they go first. */
  readonly setBack: () => void;
  readonly close: () => Promise<void>;
}

interface Task {
  readonly root: string;
  readonly model: ModelState;
}

export interface LoadTask extends Task {
  readonly n: number;
}

export interface ActTask extends Task {
  readonly act: ModelAct;
}

/** As the thread gets it. */
export type Sent<T> = T & { readonly isSetBack: boolean };

export interface LoadedVersion {
  readonly compiled: CompiledVersion;
  /** Of the model file. */
  readonly bytes: Uint8Array;
}

/** A promotion is followed by a load at once, and often by another promotion soon. */
const IDLE_MS = 20_000;

export function createModelThread(): ModelThread {
  const { url, execArgv } = locateWorker('model');
  const filename = fileURLToPath(url);
  const pool = new Tinypool({ filename, execArgv, minThreads: 0, maxThreads: 1, idleTimeout: IDLE_MS });
  let isSetBack = false;
  return {
    async load({ root, model, n }) {
      try {
        return await pool.run({ root, model, n, isSetBack }, { name: 'load' });
      } catch (error) {
        // Out of memory, most likely: the thread is gone, and the next task gets another.
        return err(error instanceof Error ? error.message : String(error));
      }
    },
    act: ({ root, model, act }) => pool.run({ root, model, act, isSetBack }, { name: 'act' }),
    warm: () => void pool.run(undefined, { name: 'ready' }).catch(() => undefined), // whoever needs it is told why
    setBack() {
      isSetBack = true;
    },
    close: () => pool.destroy(),
  };
}
