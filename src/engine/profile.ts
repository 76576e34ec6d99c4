/** Listens to a run and writes its trace. The run is none the wiser. */
import { resolve } from 'node:path';
import type { RunEvent } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import { type CriticalPath, criticalPath, renderTrace, spansOf, type TimedEvent } from '../core/profile.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { publishFile } from '../store/publish.ts';
import { systemFailure } from '../store/system-failure.ts';
import { loadPipeline } from './load.ts';

export interface Profile {
  readonly onEvent: (event: RunEvent) => void;
  /** Failures: system, and those of a pipeline that cannot be read. */
  readonly write: () => Promise<Result<CriticalPath, Failure>>;
}

/** `file`: relative to `cwd`. */
export function createProfile({ cwd, file }: { readonly cwd: string; readonly file: string }): Profile {
  const events: TimedEvent[] = [];
  return {
    onEvent: (event) => {
      if (event.type !== 'stage-output') events.push({ atMs: performance.now(), event });
    },
    write: async () => {
      const loaded = await loadPipeline(cwd);
      if (!loaded.ok) return loaded;
      const spans = spansOf(events);
      const path = criticalPath(spans, loaded.value.graph.upstream);
      try {
        publishFile(resolve(cwd, file), renderTrace(spans, path), { durable: false });
        return ok(path);
      } catch (error) {
        return err(systemFailure(error, { operation: 'write', path: file }));
      }
    },
  };
}
