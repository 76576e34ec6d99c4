/**
 * Where the time of a run went: a Chrome trace (for Perfetto or chrome://tracing) and the critical path,
 * the chain of stages that decided how long it took.
 *
 * Pure: times come in with the events. Every stage's span is on the lowest row that is free.
 */
import type { Json } from '../lib/canonical-json.ts';
import type { RunEvent, StageResult } from './event.ts';

export interface Span {
  readonly stage: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly kind: StageResult['kind'];
}

export interface TimedEvent {
  readonly atMs: number;
  readonly event: RunEvent;
}

export interface CriticalPath {
  /** In the order in which they ran. */
  readonly stages: readonly string[];
  /** How long they took, one after the other. */
  readonly ms: number;
}

/** From the moment something was done about a stage to its end; stages about which nothing was done have none. */
export function spansOf(events: readonly TimedEvent[]): readonly Span[] {
  const starts = new Map<string, number>();
  return events.flatMap(({ atMs, event }): readonly Span[] => {
    if (event.type === 'stage-decided' || event.type === 'stage-started') {
      if (!starts.has(event.stage)) starts.set(event.stage, atMs);
      return [];
    }
    if (event.type !== 'stage-finished') return [];
    const startMs = starts.get(event.stage);
    return startMs === undefined ? [] : [{ stage: event.stage, startMs, endMs: atMs, kind: event.result.kind }];
  });
}

/** The chain whose stages took longest together; without it the run could not have been shorter, with any number of cores. */
export function criticalPath(spans: readonly Span[], upstream: (stage: string) => readonly string[]): CriticalPath {
  const best = new Map<string, CriticalPath>();
  let longest: CriticalPath = { stages: [], ms: 0 };
  // By their ends: what a stage needs has ended before it began.
  for (const { stage, startMs, endMs } of [...spans].sort((a, b) => a.endMs - b.endMs)) {
    const before = upstream(stage)
      .flatMap((need) => best.get(need) ?? [])
      .reduce<CriticalPath>((a, b) => (b.ms > a.ms ? b : a), { stages: [], ms: 0 });
    const path = { stages: [...before.stages, stage], ms: before.ms + endMs - startMs };
    best.set(stage, path);
    if (path.ms > longest.ms) longest = path;
  }
  return longest;
}

/** JSON of the trace event format; times in microseconds since the first span. */
export function renderTrace(spans: readonly Span[], { stages }: CriticalPath): string {
  const sorted = [...spans].sort((a, b) => a.startMs - b.startMs);
  const origin = sorted[0]?.startMs ?? 0;
  const rows: number[] = [];
  const events = sorted.map((span): Json => {
    const free = rows.findIndex((endMs) => endMs <= span.startMs);
    const row = free < 0 ? rows.length : free;
    rows[row] = span.endMs;
    const isCritical = stages.includes(span.stage);
    return complete(span, { origin, row: row + 1, isCritical });
  });
  const chain = sorted
    .filter(({ stage }) => stages.includes(stage))
    .map((span) => complete(span, { origin, row: 0, isCritical: true }));
  const names = [{ name: 'thread_name', ph: 'M', pid: 1, tid: 0, args: { name: 'critical path' } }];
  return `${JSON.stringify({ displayTimeUnit: 'ms', traceEvents: [...names, ...chain, ...events] })}\n`;
}

function complete(
  { stage, startMs, endMs, kind }: Span,
  { origin, row, isCritical }: { origin: number; row: number; isCritical: boolean },
): Json {
  return {
    name: stage,
    cat: kind,
    ph: 'X',
    ts: Math.round((startMs - origin) * 1000),
    dur: Math.round((endMs - startMs) * 1000),
    pid: 1,
    tid: row,
    args: { result: kind, critical: isCritical },
    ...(isCritical ? { cname: 'terrible' } : {}),
  };
}
