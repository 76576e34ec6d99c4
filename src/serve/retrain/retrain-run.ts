/**
 * One retrain from its row in the journal to its last state: starts the child, follows what it tells,
 * asks the registry for the verdict.
 *
 * Invariant: every change of the job is written to the journal, in order, and the child's identity
 * with it, so that a kill -9 leaves something to stop.
 */
import type { Evaluation } from '../../core/gate-evaluation.ts';
import type { RunEvent } from '../../core/event.ts';
import type { Store } from '../../store/database/store.ts';
import { retrainLogFile } from '../data-files.ts';
import type { Log } from '../log.ts';
import type { RetrainChild, StartChild } from './retrain-child.ts';
import { advance, finish, type Finish, type RetrainEnd, type RetrainJob } from './retrain-job.ts';
import { createRetrainLog, type RetrainLog } from './retrain-log.ts';
import { toRow } from './retrain-row.ts';

export interface RetrainRun {
  readonly job: () => RetrainJob;
  /** Resolves when the job stands in the journal, rejects when it could not be written there. */
  readonly saved: Promise<void>;
  /** Resolves when it has finished, or was never begun. */
  readonly done: Promise<void>;
  readonly stop: (why: StopReason) => void;
}

export type StopReason = Parameters<RetrainChild['stop']>[0];

export interface RetrainRequest {
  /** As pipeline.yaml calls it. */
  readonly model: string;
  readonly actor: string;
  readonly trigger: RetrainJob['trigger'];
  readonly note: string | null;
  readonly force: boolean;
  readonly asked: RetrainJob['asked'];
}

/** A model that can be retrained. */
export interface RetrainSubject {
  readonly model: string;
  /** The stage that owns the registry. */
  readonly judge: string;
  readonly target: string;
  /** Of one run, newest first. */
  readonly readEvaluations: (run: string) => readonly Evaluation[];
  readonly readProduction: () => number | null;
}

export interface RetrainOptions {
  readonly subjects: readonly RetrainSubject[];
  /** How `pipe` is started: program and first arguments. */
  readonly pipe: readonly string[];
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFolder: string;
  readonly timeoutMs: number;
  readonly graceMs: number;
  readonly store: Pick<
    Store,
    'saveRetrain' | 'listRetrains' | 'findRetrain' | 'findRetrainByRequest' | 'listUnfinishedRetrains'
  >;
  readonly startChild: StartChild;
  readonly onFinished: (job: RetrainJob) => void;
  readonly log: Log;
  readonly now: () => number;
  readonly newId: () => string;
}

interface State {
  readonly subject: RetrainSubject;
  job: RetrainJob;
  child: RetrainChild | undefined;
  /** Set when it was asked to stop, perhaps before there was a child. */
  stopping: StopReason | undefined;
  /** The child's own id of its run. */
  run: string | undefined;
}

export function startRun(options: RetrainOptions, request: RetrainRequest): RetrainRun {
  const subject = options.subjects.find(({ model }) => model === request.model);
  if (subject === undefined) throw new Error('a retrain of a model that nobody knows');
  const state: State = {
    subject,
    job: createJob(options, request),
    child: undefined,
    stopping: undefined,
    run: undefined,
  };
  const saved = save(options, state);
  return {
    job: () => state.job,
    saved,
    done: saved.then(
      () => work(options, state, request.force),
      () => undefined,
    ),
    stop(why) {
      state.stopping ??= why;
      state.child?.stop(why);
    },
  };
}

async function work(options: RetrainOptions, state: State, force: boolean): Promise<void> {
  const end = await follow(options, state, force).catch((error: unknown): RetrainEnd => {
    options.log.error({ job: state.job.id, error: String(error) }, 'retrain broke');
    return { kind: 'not-started', problem: String(error) };
  });
  change(options, state, finish(state.job, verdictOf(state.subject, { run: state.run, end, now: options.now })));
  const { id, state: outcome, decision, reasons } = state.job;
  options.log.info({ job: id, state: outcome, decision, reasons }, 'retrain finished');
  options.onFinished(state.job);
}

async function follow(options: RetrainOptions, state: State, force: boolean): Promise<RetrainEnd> {
  const log = createRetrainLog(logFileOf(options, state.job.id));
  try {
    const { pipe, root: cwd, env, timeoutMs, graceMs } = options;
    state.child = await options.startChild({
      command: [...pipe, 'repro', state.subject.target, '--json', ...(force ? ['--force'] : [])],
      cwd,
      env,
      timeoutMs,
      graceMs,
      onLine: log.addLine,
      onEvent: (event) => take(options, state, log, event),
    });
    if (state.stopping !== undefined) state.child.stop(state.stopping);
    await save(options, state);
    return await state.child.ended;
  } finally {
    log.close();
  }
}

function take(options: RetrainOptions, state: State, log: RetrainLog, event: RunEvent): void {
  if (event.type === 'run-started') state.run = event.run;
  log.addEvent(event);
  change(options, state, advance(state.job, event, { judge: state.subject.judge, at: isoTime(options.now()) }));
}

function change(options: RetrainOptions, state: State, job: RetrainJob): void {
  if (job === state.job) return;
  state.job = job;
  save(options, state).catch((error: unknown) => {
    options.log.error({ job: job.id, error: String(error) }, 'journal not written');
  });
}

const save = ({ store }: RetrainOptions, { job, child }: State): Promise<void> =>
  store.saveRetrain(toRow(job, child?.identity));

interface Ended {
  /** Of an earlier daemon's job nobody knows the run: it has no verdict. */
  readonly run: string | undefined;
  readonly end: RetrainEnd;
  readonly now: () => number;
}

/** The subject: undefined when pipeline.yaml has lost it. */
export function verdictOf(subject: RetrainSubject | undefined, { run, end, now }: Ended): Finish {
  const [evaluation] = run === undefined ? [] : (subject?.readEvaluations(run) ?? []);
  return { end, evaluation, production: subject?.readProduction() ?? null, at: isoTime(now()) };
}

function createJob({ now, newId }: RetrainOptions, { model, actor, trigger, note, asked }: RetrainRequest): RetrainJob {
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
    asked,
  };
}

/** `find` comes before any log is read. */
export const logFileOf = ({ logFolder }: RetrainOptions, id: string): string => retrainLogFile(logFolder, id);

const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();
