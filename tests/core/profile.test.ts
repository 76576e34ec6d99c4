/** Where the time went: spans from events, the chain that decided how long it took, a trace that tools read. */
import { expect, test } from 'vitest';
import { criticalPath, renderTrace, type Span, spansOf, type TimedEvent } from '../../src/core/profile.ts';

const span = (stage: string, startMs: number, endMs: number): Span => ({ stage, startMs, endMs, kind: 'ran' });
const needs: Readonly<Record<string, readonly string[]>> = { c: ['a', 'b'], d: ['a'] };
const upstream = (stage: string) => needs[stage] ?? [];

test('the critical path is the chain that takes longest together, not the longest stage', () => {
  const spans = [span('a', 0, 40), span('b', 0, 10), span('c', 40, 70), span('d', 40, 60), span('alone', 0, 65)];
  expect(criticalPath(spans, upstream)).toEqual({ stages: ['a', 'c'], ms: 70 });
});

test('what took no part is in no path', () => {
  expect(criticalPath([span('c', 0, 5)], upstream)).toEqual({ stages: ['c'], ms: 5 });
  expect(criticalPath([], upstream)).toEqual({ stages: [], ms: 0 });
});

test('a span goes from the decision to act to the end; a fresh stage has one only when something was decided', () => {
  const finished = { type: 'stage-finished', stage: 'a', result: { kind: 'not-started' } } as const;
  const events: readonly TimedEvent[] = [
    { atMs: 1, event: { type: 'stage-undecided', stage: 'a', upstream: [] } },
    { atMs: 2, event: finished },
    { atMs: 3, event: { type: 'stage-started', stage: 'a', command: '', reasons: [{ kind: 'forced' }], logFile: '' } },
    { atMs: 9, event: finished },
  ];
  expect(spansOf(events)).toEqual([{ stage: 'a', startMs: 3, endMs: 9, kind: 'not-started' }]);
});

test('the trace has the critical path in a row of its own, and stages side by side in different rows', () => {
  const spans = [span('a', 10, 20), span('b', 10, 15), span('c', 20, 30)];
  const { traceEvents } = JSON.parse(renderTrace(spans, { stages: ['a', 'c'], ms: 20 }));
  expect(traceEvents.slice(1).map(({ name, tid, ts, dur }: Record<string, unknown>) => [name, tid, ts, dur])).toEqual([
    ['a', 0, 0, 10_000],
    ['c', 0, 10_000, 10_000],
    ['a', 1, 0, 10_000],
    ['b', 2, 0, 5_000],
    ['c', 1, 10_000, 10_000],
  ]);
});
