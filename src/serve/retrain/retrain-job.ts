/**
 * One retrain as a value, and how it changes while its child tells what happens. Pure: no process,
 * no clock, no file.
 *
 * Invariant: a job that has finished never changes again, and it says `promoted` only when an
 * evaluation of its own run decided so.
 */
import type { Evaluation } from '../../core/gate-evaluation.ts';
import type { RunEvent, Holder } from '../../core/event.ts';
import { assertNever } from '../../lib/assert-never.ts';

export const RETRAIN_OUTCOMES = [
  'promoted',
  'rejected',
  'unchanged',
  'bootstrap',
  'up_to_date',
  'held',
  'incompatible',
  'failed',
  'cancelled',
  'timed_out',
  'interrupted',
] as const;

export const RETRAIN_STATES = ['queued', 'running', 'evaluating', ...RETRAIN_OUTCOMES] as const;

export type RetrainState = (typeof RETRAIN_STATES)[number];
export type RetrainOutcome = (typeof RETRAIN_OUTCOMES)[number];

export interface RetrainJob {
  readonly id: string;
  readonly model: string;
  readonly state: RetrainState;
  /** The stage that runs now. */
  readonly stage: string | null;
  readonly trigger: 'api' | 'schedule';
  readonly actor: string;
  /** What the actor gave as his reason. */
  readonly note: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** Of the gate, in its own words. */
  readonly decision: string | null;
  readonly reasons: readonly RetrainReason[];
  /** Versions in the registry. */
  readonly candidate: number | null;
  readonly production: number | null;
  readonly exitCode: number | null;
  /** Another `pipe` that holds what a stage needs. */
  readonly waitingFor: Holder | null;
  /** The request that began it, where the caller gave it a key. */
  readonly asked: AskedOnce | null;
}

/** A request that may come again and shall be acted on once. Both are SHA-256. */
export interface AskedOnce {
  /** Of the caller and his key. */
  readonly key: string;
  /** Of what was asked. */
  readonly digest: string;
}

export interface RetrainReason {
  readonly code: string;
  readonly text: string;
}

/** How the child ended. */
export type RetrainEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'not-started'; readonly problem: string }
  | { readonly kind: 'stopped'; readonly why: 'cancelled' | 'timed_out' | 'interrupted' };

export interface Finish {
  readonly end: RetrainEnd;
  /** Of this very run; undefined when the stage that judges did not run. */
  readonly evaluation: Evaluation | undefined;
  readonly production: number | null;
  readonly at: string;
}

export const isFinished = ({ finishedAt }: RetrainJob): boolean => finishedAt !== null;

/** `judge`: the stage that owns the registry. The same job when nothing of it changed. */
export function advance(job: RetrainJob, event: RunEvent, { judge, at }: { judge: string; at: string }): RetrainJob {
  switch (event.type) {
    case 'run-started':
      return { ...job, state: 'running', startedAt: at };
    case 'stage-waiting':
      return { ...job, state: 'queued', stage: event.stage, waitingFor: event.holder };
    case 'stage-started':
      return { ...job, state: event.stage === judge ? 'evaluating' : 'running', stage: event.stage, waitingFor: null };
    case 'stage-finished':
      return event.result.kind === 'failed'
        ? { ...job, reasons: [...job.reasons, stageFailed(event.stage, event.result.failure.code)] }
        : { ...job, waitingFor: null };
    case 'stage-decided':
    case 'stage-undecided':
    case 'stage-output':
    case 'stage-warning':
    case 'recovered':
    case 'run-finished':
      return job;
    default:
      return assertNever(event);
  }
}

export function finish(job: RetrainJob, { end, evaluation, production, at }: Finish): RetrainJob {
  const reasons = evaluation === undefined ? [...job.reasons, ...endReasons(end)] : evaluation.reasons;
  return {
    ...job,
    state: outcomeOf(end, evaluation),
    stage: null,
    finishedAt: at,
    decision: evaluation?.decision ?? null,
    reasons,
    candidate: evaluation?.candidate?.version ?? null,
    production,
    exitCode: end.kind === 'exited' ? end.code : null,
    waitingFor: null,
  };
}

/** A verdict stands even if what came after it was stopped; without one, how the child ended counts. */
function outcomeOf(end: RetrainEnd, evaluation: Evaluation | undefined): RetrainOutcome {
  if (evaluation !== undefined) return OUTCOME_OF[evaluation.decision];
  switch (end.kind) {
    case 'exited':
      return end.code === 0 ? 'up_to_date' : 'failed';
    case 'killed':
    case 'not-started':
      return 'failed';
    case 'stopped':
      return end.why;
    default:
      return assertNever(end);
  }
}

const OUTCOME_OF: Readonly<Record<Evaluation['decision'], RetrainOutcome>> = {
  promote: 'promoted',
  reject: 'rejected',
  unchanged: 'unchanged',
  bootstrap: 'bootstrap',
  held: 'held',
  awaiting_approval: 'held',
  incompatible: 'incompatible',
  error: 'failed',
};

const stageFailed = (stage: string, code: string): RetrainReason => ({
  code,
  text: `stage ${stage} failed; its output is in the log`,
});

function endReasons(end: RetrainEnd): readonly RetrainReason[] {
  if (end.kind === 'killed') return [{ code: 'killed', text: `the run was ended by ${end.signal}` }];
  return end.kind === 'not-started' ? [{ code: 'not-started', text: 'the run could not be started' }] : [];
}
