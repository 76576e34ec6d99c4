import { describe, expect, test } from 'vitest';
import { err, ok, type Result } from '../../src/lib/result.ts';
import { parseCron } from '../../src/serve/retrain/cron.ts';
import type { RetrainJob } from '../../src/serve/retrain/retrain-job.ts';
import { createSchedules } from '../../src/serve/retrain/schedules.ts';
import type { ScheduledRow } from '../../src/store/database/tables.ts';

const timesOf = (schedule: string, timezone: string) => {
  const times = parseCron({ schedule, timezone });
  if (!times.ok) throw new Error(times.error);
  return times.value;
};

const job: RetrainJob = {
  id: 'job',
  model: 'accidents',
  state: 'queued',
  stage: null,
  trigger: 'schedule',
  actor: 'schedule',
  note: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: null,
  finishedAt: null,
  decision: null,
  reasons: [],
  candidate: null,
  production: null,
  exitCode: null,
  waitingFor: null,
  asked: null,
};

/** Rows that any number of daemons share. */
function sharedStore() {
  const rows: ScheduledRow[] = [];
  return {
    rows,
    claimScheduled: async (row: ScheduledRow) => {
      if (rows.some(({ model, minute }) => model === row.model && minute === row.minute)) return false;
      rows.push(row);
      return true;
    },
    lastScheduled: async (model: string) =>
      rows
        .filter((row) => row.model === model)
        .map(({ minute }) => minute)
        .sort()
        .at(-1),
  };
}

function daemonAt(start: string, store = sharedStore(), schedule = '0 3 * * *') {
  let now = Date.parse(start);
  let isBusy = false;
  const started: string[] = [];
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const schedules = createSchedules({
    schedules: [{ model: 'accidents', times: timesOf(schedule, 'Europe/Paris') }],
    store,
    start: async (): Promise<Result<RetrainJob, RetrainJob>> => {
      if (isBusy) return err(job);
      started.push(new Date(now).toISOString());
      return ok(job);
    },
    log: silent,
    now: () => now,
  });
  return {
    started,
    schedules,
    busy: (is: boolean) => void (isBusy = is),
    at: (time: string) => {
      now = Date.parse(time);
      return schedules.tick();
    },
  };
}

describe('a schedule', () => {
  test('retrains once at its time, and a new one owes nothing for the time before it', async () => {
    const daemon = daemonAt('2026-01-10T12:00:00Z');
    await daemon.at('2026-01-10T12:00:30Z');
    await daemon.at('2026-01-11T01:59:59Z');
    expect(daemon.started).toEqual([]);
    await daemon.at('2026-01-11T02:00:10Z'); // 03:00 in Paris
    await daemon.at('2026-01-11T02:00:40Z');
    await daemon.at('2026-01-11T02:01:10Z');
    expect(daemon.started).toEqual(['2026-01-11T02:00:10.000Z']);
  });

  test('of times that passed while nobody was there, the latest is made up for, once', async () => {
    const store = sharedStore();
    await daemonAt('2026-01-10T12:00:00Z', store).at('2026-01-10T12:00:30Z');
    const later = daemonAt('2026-01-14T09:00:00Z', store);
    await later.at('2026-01-14T09:00:00Z');
    await later.at('2026-01-14T09:00:30Z');
    expect(later.started).toEqual(['2026-01-14T09:00:00.000Z']);
    expect(store.rows.map(({ minute }) => minute)).toContain('2026-01-14T02:00:00.000Z');
  });

  test('is acted on by one daemon, and not again by one that is started in the same minute', async () => {
    const store = sharedStore();
    const first = daemonAt('2026-01-10T12:00:00Z', store);
    await first.at('2026-01-10T12:00:30Z');
    const second = daemonAt('2026-01-10T12:00:30Z', store);
    await second.at('2026-01-10T12:01:00Z');
    await Promise.all([first.at('2026-01-11T02:00:05Z'), second.at('2026-01-11T02:00:05Z')]);
    const third = daemonAt('2026-01-11T02:00:20Z', store);
    await third.at('2026-01-11T02:00:20Z');
    expect([...first.started, ...second.started, ...third.started]).toHaveLength(1);
  });

  test('waits while another retrain runs, and is not forgotten', async () => {
    const daemon = daemonAt('2026-01-10T12:00:00Z');
    await daemon.at('2026-01-10T12:00:30Z');
    daemon.busy(true);
    await daemon.at('2026-01-11T02:00:10Z');
    daemon.busy(false);
    await daemon.at('2026-01-11T02:30:00Z');
    await daemon.at('2026-01-11T02:30:30Z');
    expect(daemon.started).toEqual(['2026-01-11T02:30:00.000Z']);
  });
});

describe('when clocks change', () => {
  const PARIS = 'Europe/Paris';
  const timesFrom = (schedule: string, from: string, count: number): readonly string[] => {
    const times = timesOf(schedule, PARIS);
    const found: number[] = [];
    let at = Date.parse(from);
    while (found.length < count) {
      at = times.after(at) ?? Number.NaN;
      found.push(at);
    }
    return found.map((time) => new Date(time).toISOString());
  };

  test('a time that the change skips comes once, right after it', () => {
    expect(timesFrom('30 2 * * *', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });

  test('a time that happens twice comes once', () => {
    expect(timesFrom('30 2 * * *', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });

  test.each(['2026-03-29', '2026-10-25'])('a daemon that looks all day of %s retrains once', async (day) => {
    const noon = Date.parse(`${day}T12:00:00Z`);
    const daemon = daemonAt(new Date(noon - 86_400_000).toISOString(), sharedStore(), '30 2 * * *');
    for (let at = noon - 86_400_000; at <= noon; at += 600_000) await daemon.at(new Date(at).toISOString());
    expect(daemon.started).toHaveLength(1);
  });
});

test.each([
  ['61 3 * * *', 'UTC', /61|range|minute/i],
  ['0 3 * *', 'UTC', /part|pattern|expected/i],
  ['0 3 * * *', 'Europe/Atlantis', /time ?zone/i],
])('%s in %s is refused in words', (schedule, timezone, words) => {
  expect(parseCron({ schedule, timezone })).toEqual({ ok: false, error: expect.stringMatching(words) });
});
