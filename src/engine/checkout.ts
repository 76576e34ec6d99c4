/**
 * `checkout`: the workspace as the lock entries say, from the cache, as after a `git checkout`.
 *
 * Runs nothing and writes no lock entry. A persist out goes on living between runs: it is put back
 * when it is gone, and only with `force` when it differs.
 */
import type { Failure } from '../core/failure.ts';
import type { LockEntry } from '../core/lock-entry.ts';
import type { SourceLock } from '../core/source-lock.ts';
import type { Stage } from '../core/pipeline.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { lockPath, readLock } from '../store/locks.ts';
import { scopeOf } from './claim-stage.ts';
import { contentOf } from './inputs.ts';
import { putOuts, type PutReport } from './put-outs.ts';
import { selectPaths, type SelectedPaths } from './select-paths.ts';
import type { Workspace } from './workspace.ts';
import { openWriting, underClaim, type Writing, type WritingOptions } from './writing.ts';

export interface CheckoutOptions extends WritingOptions {
  /** Stages, paths of outs or sources; none: all. */
  readonly targets?: readonly string[];
  /** Persist outs that differ from their lock entry too. */
  readonly force?: boolean;
}

export interface CheckoutReport extends PutReport {
  /** Persist outs that differ and were left as they are. */
  readonly kept: readonly string[];
  /** Stages without a lock entry: never run, as far as this commit knows. */
  readonly unlocked: readonly string[];
}

const NOTHING: CheckoutReport = { restored: [], missing: [], saved: [], kept: [], unlocked: [] };

/** Failures: no-pipeline, pipeline-invalid, unknown-target, lock-conflict, path-refused, system, interrupted. */
export async function checkout(options: CheckoutOptions): Promise<Result<CheckoutReport, Failure>> {
  const writing = await openWriting(options);
  if (!writing.ok) return writing;
  const selected = selectPaths(writing.value.loaded, options.targets ?? []);
  if (!selected.ok) return selected;
  const report = await checkoutAll(writing.value, selected.value, options.force ?? false);
  writing.value.workspace.digester.save();
  return report;
}

async function checkoutAll(
  writing: Writing,
  { stages, sources, isMeant }: SelectedPaths,
  force: boolean,
): Promise<Result<CheckoutReport, Failure>> {
  let total = NOTHING;
  for (const lock of sources) {
    const done = await checkoutSource(writing, lock);
    if (!done.ok) return done;
    total = sum(total, done.value);
  }
  for (const name of stages) {
    const done = await checkoutStage(writing, writing.workspace.stage(name), { isMeant, force });
    if (!done.ok) return done;
    total = sum(total, done.value);
  }
  return ok(total);
}

interface StageChoice {
  readonly isMeant: (path: string) => boolean;
  readonly force: boolean;
}

function checkoutStage(
  writing: Writing,
  stage: Stage,
  { isMeant, force }: StageChoice,
): Promise<Result<CheckoutReport, Failure>> {
  const { workspace } = writing;
  return underClaim<CheckoutReport>(writing, { name: stage.name, scope: scopeOf(workspace, stage) }, async (claim) => {
    const lock = readLock(workspace.layout, stage.name);
    if (lock?.kind === 'conflict')
      return err({ code: 'lock-conflict', file: lockPath(stage.name), problem: lock.problem });
    if (lock?.kind !== 'entry') return ok({ ...NOTHING, unlocked: [stage.name] });
    const kept = force ? ok([]) : await livingState(workspace, lock.entry);
    if (!kept.ok) return kept;
    const outs = lock.entry.outs.filter(({ path }) => isMeant(path) && !kept.value.includes(path));
    const put = await putOuts(workspace, { claim, outs, locked: lock.entry });
    return put.ok ? ok({ ...NOTHING, ...put.value, kept: kept.value.filter(isMeant) }) : put;
  });
}

function checkoutSource(writing: Writing, { path, content }: SourceLock): Promise<Result<CheckoutReport, Failure>> {
  const scope = { writes: [path], reads: [] };
  return underClaim<CheckoutReport>(writing, { name: path, scope }, async (claim) => {
    const put = await putOuts(writing.workspace, { claim, outs: [{ path, content }], locked: undefined });
    return put.ok ? ok({ ...NOTHING, ...put.value }) : put;
  });
}

async function livingState(workspace: Workspace, { outs }: LockEntry): Promise<Result<readonly string[], Failure>> {
  const living: string[] = [];
  for (const { path, content, before } of outs) {
    if (before === undefined) continue;
    const now = await contentOf(workspace, path);
    if (!now.ok) return now;
    if (now.value !== undefined && now.value.digest !== content.digest) living.push(path);
  }
  return ok(living);
}

function sum(a: CheckoutReport, b: CheckoutReport): CheckoutReport {
  return {
    restored: [...a.restored, ...b.restored],
    missing: [...a.missing, ...b.missing],
    saved: [...a.saved, ...b.saved],
    kept: [...a.kept, ...b.kept],
    unlocked: [...a.unlocked, ...b.unlocked],
  };
}
