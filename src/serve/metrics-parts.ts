/** Where the metrics look when they are asked: the daemon's parts as they are at that moment. */
import { statSync } from 'node:fs';
import { readEvaluations } from '../store/registry-evaluation.ts';
import { databaseFile } from './data-files.ts';
import type { StateSources } from './metrics/state-metrics.ts';
import type { NamedModel } from './models.ts';
import type { DaemonOptions, Foundation, Parts } from './parts.ts';

export interface WatchedParts
  extends Pick<Parts, 'writer' | 'history' | 'jobs' | 'schedules' | 'load' | 'state'>,
    Pick<Foundation, 'passwords'> {
  readonly models: readonly NamedModel[];
}

export function metricSources({ settings, version }: DaemonOptions, parts: WatchedParts): StateSources {
  const { models, schedules, writer, history, jobs, load, state, passwords } = parts;
  const file = databaseFile(settings);
  return {
    version,
    models: models.map(({ name, current, problem, registry }) => ({
      name,
      current,
      problem,
      nextRetrain: () => schedules.next(name),
      latestEvaluation: () => readEvaluations(registry, { limit: 1 })[0],
    })),
    inFlight: load.inFlight,
    queues: { history, writer, passwords },
    isHistoryFailing: () => history.isFailing(),
    isRetraining: () => jobs.isRunning(),
    isStopping: () => state.isStopping,
    databaseBytes: () => ({ database: sizeOf(file), wal: sizeOf(`${file}-wal`) }),
  };
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
