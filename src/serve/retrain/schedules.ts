/**
 * Retrains that come by the clock. Each time is acted on once, whoever sees it first; of those that passed
 * while nobody was there, only the latest is made up for.
 *
 * Invariant: a time is claimed in the store before its retrain is asked for, so two daemons, or one that
 * is started again, never act on the same minute.
 */
import type { Result } from '../../lib/result.ts';
import type { Store } from '../../store/database/store.ts';
import type { Log } from '../log.ts';
import type { Times } from './cron.ts';
import type { RetrainJob } from './retrain-job.ts';
import type { RetrainRequest } from './retrain-run.ts';

export interface Schedule {
  readonly model: string;
  readonly times: Times;
}

export interface ScheduleOptions {
  readonly schedules: readonly Schedule[];
  readonly store: Pick<Store, 'claimScheduled' | 'lastScheduled'>;
  /** The error is the job that runs already. */
  readonly start: (request: RetrainRequest) => Promise<Result<RetrainJob, RetrainJob>>;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Schedules {
  /** Acts on what is due. One at a time: whoever calls meanwhile gets the same promise. */
  tick(): Promise<void>;
  /** Milliseconds since 1970 of a model's next retrain; undefined: it has no schedule. */
  next(model: string): number | undefined;
}

export function createSchedules({ schedules, store, start, log, now }: ScheduleOptions): Schedules {
  /** Acted on up to here; of models that are known from the store or from the first look. */
  const seen = new Map<string, number>();
  /** Claimed, and another retrain was running. */
  const waiting = new Set<string>();
  let looking: Promise<void> | undefined;

  const seenUntil = async (model: string): Promise<number> => {
    const known = seen.get(model);
    if (known !== undefined) return known;
    const last = await store.lastScheduled(model);
    if (last !== undefined) return Date.parse(last);
    // A schedule that is new owes nothing for the time before it.
    await store.claimScheduled({ model, minute: minuteOf(now()) });
    return now();
  };

  const look = async ({ model, times }: Schedule): Promise<void> => {
    const until = await seenUntil(model);
    const due = times.latest(now());
    seen.set(model, Math.max(until, due ?? until));
    if (due === undefined || due <= until) return;
    if (!(await store.claimScheduled({ model, minute: minuteOf(due) }))) return;
    if (due < now() - LATE_MS) log.info({ model, due: new Date(due).toISOString() }, 'scheduled retrain was missed');
    waiting.add(model);
  };

  const startWaiting = async (): Promise<void> => {
    for (const model of waiting) {
      const started = await start({
        model,
        actor: 'schedule',
        trigger: 'schedule',
        note: null,
        force: false,
        asked: null,
      });
      if (!started.ok) return; // it is tried again at the next look
      waiting.delete(model);
      log.info({ job: started.value.id, model }, 'scheduled retrain started');
    }
  };

  const lookAtAll = async (): Promise<void> => {
    for (const schedule of schedules) await look(schedule);
    await startWaiting();
  };

  return {
    tick() {
      looking ??= lookAtAll()
        .catch((error: unknown) => log.error({ error: String(error) }, 'schedules not looked at'))
        .finally(() => {
          looking = undefined;
        });
      return looking;
    },
    next: (model) => schedules.find((schedule) => schedule.model === model)?.times.after(now()),
  };
}

/** Later than this it was not the timer that was late. */
const LATE_MS = 120_000;

const minuteOf = (milliseconds: number): string => new Date(Math.floor(milliseconds / 60_000) * 60_000).toISOString();
