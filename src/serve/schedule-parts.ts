/** The schedules of all models, made and connected; looked at twice a minute, and when a retrain has ended. */
import type { Clock, DaemonOptions, Parts } from './parts.ts';
import { parseCron } from './retrain/cron.ts';
import { createSchedules, type Schedules } from './retrain/schedules.ts';

export interface ScheduleParts extends Clock, Pick<Parts, 'writer' | 'jobs' | 'log'> {}

/** Not rarer: clocks jump, and machines sleep. */
const LOOK_MS = 30_000;
/** Whoever waited for the daemon to start is answered first. */
const FIRST_LOOK_MS = 1_000;

export interface StartedSchedules extends Schedules {
  readonly start: () => void;
  readonly stop: () => void;
}

export function createModelSchedules(
  { models, settings }: DaemonOptions,
  { writer, jobs, log, now }: ScheduleParts,
): StartedSchedules {
  const schedules = createSchedules({
    schedules: settings.retrain === 'off' ? [] : models.flatMap(toSchedules),
    store: writer.store,
    start: (request) => jobs.start(request),
    log,
    now,
  });
  let timer: NodeJS.Timeout | undefined;
  let first: NodeJS.Timeout | undefined;
  return {
    ...schedules,
    start() {
      timer = setInterval(() => void schedules.tick(), LOOK_MS);
      first = setTimeout(() => void schedules.tick(), FIRST_LOOK_MS);
    },
    stop() {
      clearTimeout(first);
      clearInterval(timer);
    },
  };
}

/** One that cannot be read was refused before the start. */
function toSchedules({ name: model, retrain: { schedule, timezone } }: DaemonOptions['models'][number]) {
  if (schedule === null) return [];
  const times = parseCron({ schedule, timezone: timezone ?? undefined });
  return times.ok ? [{ model, times: times.value }] : [];
}
