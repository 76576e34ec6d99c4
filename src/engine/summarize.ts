/** The results of a run, sorted into what people ask afterwards. Pure. */
import type { RunSummary, StageResult } from '../core/event.ts';
import { assertNever } from '../lib/assert-never.ts';

export interface SummaryFacts {
  readonly results: ReadonlyMap<string, StageResult>;
  readonly durations: ReadonlyMap<string, number>;
  readonly ms: number;
}

export function summarize(stages: readonly string[], { results, durations, ms }: SummaryFacts): RunSummary {
  const groups: Record<Group, string[]> = { ran: [], restored: [], fresh: [], failed: [], notStarted: [] };
  for (const stage of stages) groups[groupOf(results.get(stage))].push(stage);
  const saved = [...groups.restored, ...groups.fresh];
  return {
    ok: groups.failed.length === 0,
    ...groups,
    ms,
    savedMs: saved.reduce((sum, stage) => sum + (durations.get(stage) ?? 0), 0),
  };
}

type Group = 'ran' | 'restored' | 'fresh' | 'failed' | 'notStarted';

function groupOf(result: StageResult | undefined): Group {
  if (result === undefined) return 'notStarted';
  switch (result.kind) {
    case 'ran':
    case 'restored':
    case 'fresh':
    case 'failed':
      return result.kind;
    case 'held-back':
      return 'failed';
    case 'frozen':
      return 'fresh';
    case 'blocked':
    case 'not-started':
      return 'notStarted';
    default:
      return assertNever(result);
  }
}
