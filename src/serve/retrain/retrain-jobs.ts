/**
 * Retrains: one at a time, whatever the model, each in the journal, so that a daemon that starts after a kill
 * knows what its predecessor had running.
 *
 * Invariant: a job is in the journal before it is answered for, and one that no process works on any
 * more is finished there.
 */
import { open } from 'node:fs/promises';
import { err, ok, type Result } from '../../lib/result.ts';
import { readTextIfThere } from '../../store/read-if-there.ts';
import { stopLeftover } from './retrain-child.ts';
import { finish, isFinished, type RetrainJob } from './retrain-job.ts';
import { fromRow, processOf, toRow } from './retrain-row.ts';
import {
  logFileOf,
  startRun,
  verdictOf,
  type RetrainOptions,
  type RetrainRequest,
  type RetrainRun,
} from './retrain-run.ts';

export interface RetrainJobs {
  /** The error is the job that runs already. */
  start(request: RetrainRequest): Promise<Result<RetrainJob, RetrainJob>>;
  isRunning(): boolean;
  /** Newest first. */
  list(limit: number): Promise<readonly RetrainJob[]>;
  find(id: string): Promise<RetrainJob | undefined>;
  /** The job that was asked for with this key (`AskedOnce`), in the last 24 hours. */
  findAsked(key: string): Promise<RetrainJob | undefined>;
  readLog(id: string): string;
  /** So many bytes of the log from an offset on, or all there are. */
  readLogFrom(id: string, range: ByteRange): Promise<Uint8Array>;
  /** Asks the job to stop; it finishes as `cancelled` when it has. */
  cancel(id: string): Promise<Result<RetrainJob, 'unknown' | 'finished'>>;
  /** Stops and closes what a killed daemon left. To be called before `start`. */
  recover(): Promise<void>;
  /** Stops the running job and waits until it is marked interrupted. */
  stop(): Promise<void>;
}

const ASKED_KEPT_MS = 86_400_000;

export function createRetrainJobs(options: RetrainOptions): RetrainJobs {
  const { store } = options;
  let running: RetrainRun | undefined;
  return {
    async start(request) {
      if (running !== undefined) return err(running.job());
      const run = startRun(options, request);
      running = run; // before anything is awaited: a second request must see it
      void run.done.finally(() => (running = undefined));
      await run.saved;
      return ok(run.job());
    },
    isRunning: () => running !== undefined,
    list: async (limit) => (await store.listRetrains(limit)).map(fromRow),
    async find(id) {
      if (running?.job().id === id) return running.job();
      const row = await store.findRetrain(id);
      return row && fromRow(row);
    },
    async findAsked(key) {
      const since = new Date(options.now() - ASKED_KEPT_MS).toISOString();
      const row = await store.findRetrainByRequest({ key, since });
      return row && fromRow(row);
    },
    readLog: (id) => readTextIfThere(logFileOf(options, id)) ?? '',
    readLogFrom: (id, range) => readBytes(logFileOf(options, id), range),
    async cancel(id) {
      if (running?.job().id === id) {
        running.stop('cancelled');
        return ok(running.job());
      }
      return err((await store.findRetrain(id)) === undefined ? 'unknown' : 'finished');
    },
    recover: () => recover(options),
    async stop() {
      running?.stop('interrupted');
      await running?.done;
    },
  };
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

async function readBytes(path: string, { offset, length }: ByteRange): Promise<Uint8Array> {
  const file = await open(path).catch(() => undefined); // before its first line there is none
  if (file === undefined) return new Uint8Array();
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function recover(options: RetrainOptions): Promise<void> {
  const { store, log, graceMs, subjects, now } = options;
  for (const row of await store.listUnfinishedRetrains()) {
    const identity = processOf(row);
    const wasAlive = identity !== undefined && (await stopLeftover(identity, graceMs));
    const subject = subjects.find(({ model }) => model === row.model);
    const end = { kind: 'stopped', why: 'interrupted' } as const;
    const job = finish(fromRow(row), verdictOf(subject, { run: undefined, end, now }));
    if (isFinished(job)) await store.saveRetrain(toRow(job, undefined));
    log.warn({ job: row.id, stopped: wasAlive }, 'retrain of an earlier daemon interrupted');
  }
}
