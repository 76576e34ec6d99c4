/** A retrain job as a row of the journal and back. Pure. */
import type { ProcessIdentity } from '../../store/process-identity.ts';
import type { RetrainRow } from '../../store/database/tables.ts';
import { RETRAIN_STATES, type RetrainJob } from './retrain-job.ts';

export function toRow(job: RetrainJob, process: ProcessIdentity | undefined): RetrainRow {
  return {
    id: job.id,
    model: job.model,
    state: job.state,
    stage: job.stage,
    trigger: job.trigger,
    actor: job.actor,
    note: job.note,
    created_at: job.createdAt,
    started_at: job.startedAt,
    finished_at: job.finishedAt,
    decision: job.decision,
    reasons: JSON.stringify(job.reasons),
    candidate: job.candidate,
    production: job.production,
    exit_code: job.exitCode,
    waiting_for: job.waitingFor && JSON.stringify(job.waitingFor),
    process: process === undefined ? null : JSON.stringify(process),
    request_key: job.asked?.key ?? null,
    request_digest: job.asked?.digest ?? null,
  };
}

/** A state that a newer version wrote counts as failed: nobody here knows better. */
export function fromRow(row: RetrainRow): RetrainJob {
  return {
    id: row.id,
    model: row.model,
    state: RETRAIN_STATES.find((state) => state === row.state) ?? 'failed',
    stage: row.stage,
    trigger: row.trigger === 'schedule' ? 'schedule' : 'api',
    actor: row.actor,
    note: row.note,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    decision: row.decision,
    reasons: JSON.parse(row.reasons),
    candidate: row.candidate,
    production: row.production,
    exitCode: row.exit_code,
    waitingFor: row.waiting_for === null ? null : JSON.parse(row.waiting_for),
    asked:
      row.request_key === null || row.request_digest === null
        ? null
        : { key: row.request_key, digest: row.request_digest },
  };
}

export function processOf(row: RetrainRow): ProcessIdentity | undefined {
  return row.process === null ? undefined : JSON.parse(row.process);
}
