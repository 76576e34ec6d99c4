/**
 * Times of a schedule: five fields of cron in a time zone, as instants. Pure; knows nothing of jobs.
 *
 * Clock changes: a fixed time that a change skips comes right after it, one that happens twice comes once;
 * what comes every so often (`*` or a step) goes by the clock that people see.
 */
import { Cron } from 'croner';
import type { ModelState } from '../../core/pipeline.ts';
import { err, ok, type Result } from '../../lib/result.ts';

export interface Times {
  /** Milliseconds since 1970 of the first time after this one; undefined: there is none. */
  after(milliseconds: number): number | undefined;
  /** The last time up to and including this one; undefined: there was none. */
  latest(milliseconds: number): number | undefined;
}

export interface CronText {
  readonly schedule: string;
  /** undefined: that of the machine. */
  readonly timezone: string | undefined;
}

/** The error says what is wrong with the text. */
export function parseCron({ schedule, timezone }: CronText): Result<Times, string> {
  try {
    const cron = new Cron(schedule, { mode: '5-part', paused: true, ...(timezone === undefined ? {} : { timezone }) });
    // An unknown one shows only when it is asked for a time; the first time in any costs 20 ms, the list of all 2.
    if (timezone !== undefined && !Intl.supportedValuesOf('timeZone').includes(timezone)) cron.nextRun(new Date(0));
    return ok({
      after: (milliseconds) => cron.nextRun(new Date(milliseconds))?.getTime(),
      // One second on: the search is for what is before its reference.
      latest: (milliseconds) => cron.previousRuns(1, new Date(milliseconds + 1000))[0]?.getTime(),
    });
  } catch (error) {
    return err(error instanceof Error ? error.message.replace(/^\w+: /, '') : 'unknown error');
  }
}

/** With the place in pipeline.yaml. */
export function findScheduleFaults(models: readonly ModelState[]): readonly string[] {
  return models.flatMap(({ name, place, retrain: { schedule, timezone } }) => {
    if (schedule === null) return [];
    const times = parseCron({ schedule, timezone: timezone ?? undefined });
    if (times.ok) return [];
    return [`${place.file}:${place.line}:${place.column} models.${name}.retrain.schedule: ${times.error}`];
  });
}
