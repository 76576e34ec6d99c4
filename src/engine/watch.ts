/**
 * `repro --watch`: a round of `repro`, then another whenever what its stages read has changed.
 *
 * Events only say when to look; digests say whether anything is different (`engine/watch-round`). Nothing
 * that a watched stage writes is looked at, and what failed waits for other inputs: a watch never drives itself.
 */
import type { RunEvent, WatchEvent } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import { selectStages } from '../core/target.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { findRoot, type LoadedPipeline, loadPipeline } from './load.ts';
import type { ReproOptions } from './repro.ts';
import { signalName } from './signal-name.ts';
import { createRounds, type RoundEnd } from './watch-round.ts';
import { openWatcher, type Watcher } from './watcher.ts';
import { pipelinePaths, watchedPaths, type Watched } from './watch-paths.ts';

export interface WatchOptions extends Omit<ReproOptions, 'dry' | 'oversight' | 'onEvent' | 'signal'> {
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent | WatchEvent) => void;
}

/**
 * Goes on until the signal is aborted, so it always ends in a failure: `interrupted`, or `no-pipeline` when
 * there is nothing to begin with. All other failures are told, and waited out.
 */
export async function watch(options: WatchOptions): Promise<Result<never, Failure>> {
  const { cwd, signal, onEvent } = options;
  const root = findRoot(cwd);
  if (root === undefined) return err({ code: 'no-pipeline', from: cwd });
  const rounds = createRounds(options);
  let watcher: Watcher | undefined;
  let changed: readonly string[] = [];
  /** What it waits for is said once after something was told. */
  let isOwed = false;
  try {
    while (!signal.aborted) {
      const plan = await planRound(options);
      const watched = plan.ok ? plan.value.watched : pipelinePaths(root);
      // What changes between two watchers is seen by the round: it begins when the new one is ready.
      if (watcher === undefined || !watcher.isFor(watched)) {
        await watcher?.close();
        watcher = await openWatcher(watched, { onPolling: () => onEvent({ type: 'watch-polling' }) });
      }
      if (!plan.ok) onEvent({ type: 'watch-failure', failure: plan.error });
      const end = plan.ok ? await rounds.play({ ...plan.value, watcher, changed }) : BROKEN;
      changed = [];
      isOwed ||= !end.isSilent;
      if (end.isOutdated) continue;
      if (isOwed && !watcher.isStirred()) {
        onEvent({ type: 'watch-waiting', paths: watched.paths.length, failed: rounds.failed() });
        isOwed = false;
      }
      changed = await watcher.changed(signal);
    }
  } finally {
    await watcher?.close();
  }
  return err({ code: 'interrupted', signal: signalName(signal) });
}

const BROKEN: RoundEnd = { isOutdated: false, isSilent: false };

interface Plan {
  readonly loaded: LoadedPipeline;
  readonly stages: readonly string[];
  readonly watched: Watched;
}

async function planRound(options: WatchOptions): Promise<Result<Plan, Failure>> {
  const loaded = await loadPipeline(options.cwd);
  if (!loaded.ok) return loaded;
  const { targets = [], all = false, single = false, downstream = false } = options;
  const selected = selectStages({ ...loaded.value, targets, all, single, downstream });
  if (!selected.ok) return selected;
  return ok({ loaded: loaded.value, stages: selected.value, watched: watchedPaths(loaded.value, selected.value) });
}
