/**
 * Restores a stage's outs from the lock entry or the run cache instead of running it. Its claim is held.
 * The same journal as for a run: a crash in the middle brings back what stood there.
 */
import type { Decision } from '../core/decide.ts';
import type { StageResult } from '../core/event.ts';
import { movesAside } from '../store/journal.ts';
import { readRunRecord, type RecordedOut } from '../store/run-cache.ts';
import { moveAside } from './aside.ts';
import { writeEntry } from './commit.ts';
import { failed, type Performance } from './performance.ts';
import { outsToRestore, placeOuts } from './restore-outs.ts';
import { finish } from './run-stage.ts';

type RestoreDecision = Extract<Decision, { readonly action: 'restore' }>;

/** 'missing': an object turned out to be gone or broken; once the claim is given back, decide anew. */
export async function restoreStage(
  performance: Performance,
  { key, from }: RestoreDecision,
): Promise<StageResult | 'missing'> {
  const { workspace, stage, claim, locked } = performance;
  const started = workspace.now().getTime();
  const outs: readonly RecordedOut[] =
    (from === 'lock-entry' ? locked : readRunRecord(workspace.layout, key))?.outs ?? [];
  const wanted = await outsToRestore(performance, outs);
  if (!wanted.ok) return failed(wanted.error);
  const journal = await moveAside(workspace, { claim, paths: wanted.value.map(({ path }) => path), locked });
  if (!journal.ok) return failed(journal.error);
  performance.onBegun(journal.value);

  const placed = await placeOuts(performance, wanted.value);
  if (!placed.ok) return failed(placed.error);
  if (placed.value === 'missing') return 'missing';
  workspace.atStep('stored', stage.name);
  if (from === 'run-cache') writeEntry(performance, key, outs);
  if (movesAside(journal.value)) await workspace.syncs?.sync();
  finish(performance, journal.value);
  const ms = workspace.now().getTime() - started;
  return { kind: 'restored', from, ms, savedMs: workspace.runDuration(key) ?? null };
}
