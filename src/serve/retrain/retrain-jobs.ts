/**
 * Retrains of one model: one at a time, each written to the journal at every change of state, so that
 * a daemon that starts after a kill knows what its predecessor had running.
 *
 * Invariant: a job is in the journal before it is answered for, and one that no process works on any
 * more is finished there.
 */
import { join } from 'node:path';
import type { Evaluation } from '../../core/gate-evaluation.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import type { Store } from '../../store/database/store.ts';
import { readTextIfThere } from '../../store/read-if-there.ts';
import type { Log } from '../log.ts';
import { stopLeftover, type RetrainChild, type StartChild } from './retrain-child.ts';
import { advance, finish, isFinished, type Finish, type RetrainEnd, type RetrainJob } from './retrain-job.ts';
import { createRetrainLog } from './retrain-log.ts';
import { fromRow, processOf, toRow } from './retrain-row.ts';

export interface RetrainJobs {
  /** The error is the job that runs already. */
  start(request: RetrainRequest): Promise<Result<RetrainJob, RetrainJob>>;
  /** Newest first. */
  list(limit: number): Promise<readonly RetrainJob[]>;
  find(id: string): Promise<RetrainJob | undefined>;
  readLog(id: string): string;
  /** Asks the job to stop; it finishes as `cancelled` when it has. */
  cancel(id: string): Promise<Result<RetrainJob, 'unknown' | 'finished'>>;
  /** Stops and closes what a killed daemon left. To be called before `start`. */
  recover(): Promise<void>;
  /** Stops the running job and waits until it is marked interrupted. */
  stop(): Promise<void>;
}

export interface RetrainRequest {
  readonly actor: string;
  readonly trigger: RetrainJob['trigger'];
  readonly note: string | null;
  readonly force: boolean;
}

export interface RetrainOptions {
  readonly model: string;
  /** The stage that owns the registry. */
  readonly judge: string;
  readonly target: string;
  /** How `pipe` is started: program and first arguments. */
  readonly pipe: readonly string[];
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFolder: string;
  readonly timeoutMs: number;
  readonly graceMs: number;
  readonly store: Pick<Store, 'saveRetrain' | 'listRetrains' | 'findRetrain' | 'listUnfinishedRetrains'>;
  readonly startChild: StartChild;
  /** Of one run, newest first. */
  readonly readEvaluations: (run: string) => readonly Evaluation[];
  readonly readProduction: () => number | null;
  readonly onFinished: (job: RetrainJob) => void;
  readonly log: Log;
  readonly now: () => number;
  readonly newId: () => string;
}

type StopReason = Parameters<RetrainChild['stop']>[0];

interface Running {
  job: RetrainJob;
  child: RetrainChild | undefined;
  /** Set when it was asked to stop, perhaps before there was a child. */
  stopping: StopReason | undefined;
  run: string | undefined;
  done: Promise<void>;
}

export function createRetrainJobs(options: RetrainOptions): RetrainJobs {
  const { store, log, now } = options;
  let running: Running | undefined;

  const save = (current: Running): Promise<void> => store.saveRetrain(toRow(current.job, current.child?.identity));
  const change = (current: Running, job: RetrainJob): void => {
    if (job === current.job) return;
    current.job = job;
    save(current).catch((error: unknown) => log.error({ job: job.id, error: String(error) }, 'journal not written'));
  };

  const run = async (current: Running, force: boolean): Promise<void> => {
    const file = logFile(options, current.job.id);
    const childLog = createRetrainLog(file);
    const { pipe, target, root: cwd, env, timeoutMs, graceMs, judge } = options;
    current.child = await options.startChild({
      command: [...pipe, 'repro', target, '--json', ...(force ? ['--force'] : [])],
      cwd,
      env,
      timeoutMs,
      graceMs,
      onLine: childLog.addLine,
      onEvent(event) {
        if (event.type === 'run-started') current.run = event.run;
        childLog.addEvent(event);
        change(current, advance(current.job, event, { judge, at: isoTime(now()) }));
      },
    });
    if (current.stopping !== undefined) current.child.stop(current.stopping);
    await save(current); // with the child's identity: from here on a kill -9 leaves something to stop
    const end = await current.child.ended;
    childLog.close();
    change(current, finish(current.job, verdictOf(options, current.run, end)));
  };

  const begin = (request: RetrainRequest): Running => {
    const current: Running = {
      job: createJob(options, request),
      child: undefined,
      stopping: undefined,
      run: undefined,
      done: Promise.resolve(),
    };
    running = current;
    return current;
  };

  const work = async (current: Running, force: boolean): Promise<void> => {
    try {
      await run(current, force);
    } catch (error) {
      log.error({ job: current.job.id, error: String(error) }, 'retrain broke');
      const end = { kind: 'not-started', problem: String(error) } as const;
      change(current, finish(current.job, verdictOf(options, undefined, end)));
    } finally {
      running = undefined;
      const { id, state, decision, reasons } = current.job;
      log.info({ job: id, state, decision, reasons }, 'retrain finished');
      options.onFinished(current.job);
    }
  };

  return {
    async start(request) {
      if (running !== undefined) return err(running.job);
      const current = begin(request);
      const saved = save(current);
      current.done = saved.then(
        () => work(current, request.force),
        () => void (running = undefined),
      );
      await saved;
      return ok(current.job);
    },
    list: async (limit) => (await store.listRetrains(limit)).map(fromRow),
    async find(id) {
      if (running?.job.id === id) return running.job;
      const row = await store.findRetrain(id);
      return row && fromRow(row);
    },
    readLog: (id) => readTextIfThere(logFile(options, id)) ?? '',
    async cancel(id) {
      if (running?.job.id === id) {
        stop(running, 'cancelled');
        return ok(running.job);
      }
      return err((await store.findRetrain(id)) === undefined ? 'unknown' : 'finished');
    },
    recover: () => recover(options),
    async stop() {
      const current = running;
      if (current !== undefined) stop(current, 'interrupted');
      await current?.done;
    },
  };
}

function stop(current: Running, why: StopReason): void {
  current.stopping ??= why;
  current.child?.stop(why);
}

async function recover(options: RetrainOptions): Promise<void> {
  const { store, log, graceMs } = options;
  for (const row of await store.listUnfinishedRetrains()) {
    const identity = processOf(row);
    const wasAlive = identity !== undefined && (await stopLeftover(identity, graceMs));
    const job = finish(fromRow(row), verdictOf(options, undefined, { kind: 'stopped', why: 'interrupted' }));
    if (isFinished(job)) await store.saveRetrain(toRow(job, undefined));
    log.warn({ job: row.id, stopped: wasAlive }, 'retrain of an earlier daemon interrupted');
  }
}

function verdictOf(options: RetrainOptions, run: string | undefined, end: RetrainEnd): Finish {
  const [evaluation] = run === undefined ? [] : options.readEvaluations(run);
  return { end, evaluation, production: options.readProduction(), at: isoTime(options.now()) };
}

function createJob({ model, now, newId }: RetrainOptions, { actor, trigger, note }: RetrainRequest): RetrainJob {
  return {
    id: newId(),
    model,
    state: 'queued',
    stage: null,
    trigger,
    actor,
    note,
    createdAt: isoTime(now()),
    startedAt: null,
    finishedAt: null,
    decision: null,
    reasons: [],
    candidate: null,
    production: null,
    exitCode: null,
    waitingFor: null,
  };
}

/** Ids are ours, never a caller's text: `find` comes before any log is read. */
const logFile = ({ logFolder }: RetrainOptions, id: string): string => join(logFolder, `${id}.log`);

const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();
