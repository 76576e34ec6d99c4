/**
 * Asynchronous predictions: one runs at a time, in a thread of its own, the others wait in their order. Knows
 * nothing of HTTP.
 *
 * Invariant: a job that was accepted is answered by the version it was accepted with, or fails; after a
 * restart it goes on after the rows whose answers are on the disk, and its result appears only when it is whole.
 */
import { err, ok, type Result } from '../../lib/result.ts';
import type { User } from '../../store/database/users.ts';
import type { PredictionTuple } from '../../store/database/predictions.ts';
import { maySee } from '../kept-prediction.ts';
import type { Log } from '../log.ts';
import type { BulkFormat } from '../bulk/rows.ts';
import type { JobFolder } from './job-folder.ts';
import { isOpen, type PredictJob } from './predict-job.ts';
import type { JobCounts, RunningJob, StartJob } from './run-job.ts';

export interface PredictJobs {
  /** The error: two of this user's have not ended yet, or why the body could not be taken. */
  accept(request: JobRequest): Promise<Result<PredictJob, 'too-many' | 'too-large' | 'broken'>>;
  /** Newest first: one's own, or everybody's for an admin. */
  list(user: User | undefined): readonly PredictJob[];
  find(user: User | undefined, id: string): PredictJob | undefined;
  /** Stops it if it runs; nothing of it stays. */
  remove(job: PredictJob): Promise<void>;
  stop(): Promise<void>;
}

export interface JobRequest {
  readonly username: string;
  readonly model: string;
  readonly version: number;
  readonly sha: string;
  readonly format: BulkFormat;
  readonly body: ReadableStream<Uint8Array>;
}

export interface PredictJobOptions {
  readonly folder: JobFolder;
  readonly start: StartJob;
  readonly append: (row: PredictionTuple) => boolean;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
}

export const MAX_JOB_BYTES = 512_000_000;
const MAX_OPEN = 2;
const KEPT_MS = 7 * 86_400_000;
const SWEEP_MS = 3_600_000;

export function createPredictJobs({ folder, start, append, log, now, newId }: PredictJobOptions): PredictJobs {
  const jobs = new Map(folder.list().map((job) => [job.id, job]));
  // Bodies that are still coming count too.
  const arriving = new Map<string, number>();
  let running: { readonly id: string; readonly job: RunningJob } | undefined;
  let isStopped = false;

  const save = (job: PredictJob): void => {
    jobs.set(job.id, job);
    folder.save(job);
  };
  const record = (job: PredictJob): PredictJob => {
    const { id, user, model, version, sha, rows, errors, format } = job;
    const input = JSON.stringify({ job: id, rows, errors, format });
    const row: PredictionTuple = [
      id,
      user,
      model,
      String(version),
      sha,
      input,
      'null',
      0,
      new Date(now()).toISOString(),
    ];
    return { ...job, recorded: append(row) };
  };
  const runNext = (): void => {
    if (isStopped || running !== undefined) return;
    const next = inOrder(jobs).find(isOpen);
    if (next === undefined) return;
    save({ ...next, state: 'running' });
    const job = start(next, { input: folder.inputOf(next.id), output: folder.resultOf(next.id) });
    running = { id: next.id, job };
    void job.ended.then((outcome) => settle(next.id, outcome));
  };
  const settle = (id: string, outcome: Result<JobCounts, string>): void => {
    running = undefined;
    const known = jobs.get(id);
    if (isStopped || known === undefined) return; // goes on at the next start, or was removed
    const finished_at = new Date(now()).toISOString();
    const ended: PredictJob = outcome.ok
      ? { ...known, ...outcome.value, state: 'finished', finished_at }
      : { ...known, state: 'failed', problem: outcome.error, finished_at };
    save(outcome.ok ? record(ended) : ended);
    log.info({ job: id, state: ended.state, rows: ended.rows, errors: ended.errors }, 'predict job ended');
    runNext();
  };
  const sweep = (): void => {
    for (const job of jobs.values()) {
      // The history had no room when it ended, or the daemon was killed there.
      if (job.state === 'finished' && !job.recorded) save(record(job));
      if (isOpen(job) || now() - Date.parse(job.finished_at ?? job.created_at) < KEPT_MS) continue;
      jobs.delete(job.id);
      folder.remove(job.id);
    }
  };
  const timer = setInterval(sweep, SWEEP_MS).unref();
  sweep();
  runNext();

  return {
    async accept({ username, model, version, sha, format, body }) {
      const coming = arriving.get(username) ?? 0;
      const open = [...jobs.values()].filter((job) => job.user === username && isOpen(job)).length;
      if (open + coming >= MAX_OPEN) {
        await body.cancel();
        return err('too-many');
      }
      arriving.set(username, coming + 1);
      const id = newId();
      const received = await folder.receive(id, body, MAX_JOB_BYTES);
      arriving.set(username, (arriving.get(username) ?? 1) - 1);
      if (!received.ok) return received;
      const created_at = new Date(now()).toISOString();
      const base = { id, user: username, model, version, sha, format, created_at };
      const job: PredictJob = {
        ...base,
        state: 'queued',
        rows: 0,
        errors: 0,
        problem: null,
        finished_at: null,
        recorded: false,
      };
      save(job);
      runNext();
      return ok(job);
    },
    list: (user) =>
      inOrder(jobs)
        .filter((job) => maySee(user, { ...job, username: job.user }))
        .reverse(),
    find(user, id) {
      const job = jobs.get(id);
      return job !== undefined && maySee(user, { ...job, username: job.user }) ? job : undefined;
    },
    async remove({ id }) {
      jobs.delete(id);
      if (running?.id === id) await running.job.stop();
      folder.remove(id);
      runNext();
    },
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await running?.job.stop();
    },
  };
}

/** Ids are in the order of time. */
const inOrder = (jobs: ReadonlyMap<string, PredictJob>): PredictJob[] =>
  [...jobs.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
