/**
 * `forget`: the lock entry of a stage goes, and with it what the run cache knows of its inputs; so the
 * next `repro` runs the stage, and restores nothing. Outs stay where they are.
 */
import type { Failure } from '../core/failure.ts';
import { fingerprint } from '../core/fingerprint.ts';
import { ok, type Result } from '../lib/result.ts';
import { readLock, removeLock } from '../store/locks.ts';
import { removeRunRecord } from '../store/run-cache.ts';
import { scopeOf } from './claim-stage.ts';
import { gatherInputs } from './inputs.ts';
import { oneStage } from './one-stage.ts';
import { openWriting, underClaim, type WritingOptions } from './writing.ts';

export interface ForgetOptions extends WritingOptions {
  /** A stage, or the path of an out. */
  readonly stage: string;
}

export interface ForgetReport {
  readonly stage: string;
  readonly lockRemoved: boolean;
  /** How many results of earlier runs are forgotten. */
  readonly records: number;
}

/** Failures: no-pipeline, pipeline-invalid, unknown-target, ambiguous-target, interrupted. */
export async function forget(options: ForgetOptions): Promise<Result<ForgetReport, Failure>> {
  const opened = await openWriting(options);
  if (!opened.ok) return opened;
  const writing = opened.value;
  const { workspace } = writing;
  const name = oneStage(writing.loaded, options.stage);
  if (!name.ok) return name;
  const stage = workspace.stage(name.value);
  return await underClaim(writing, { name: stage.name, scope: scopeOf(workspace, stage) }, async () => {
    const lock = readLock(workspace.layout, stage.name);
    // As it was made last, and as it would be asked for now.
    const now = await gatherInputs(workspace, stage);
    const keys = new Set([
      ...(lock?.kind === 'entry' ? [lock.entry.fingerprint] : []),
      ...(now.ok ? [fingerprint(now.value)] : []),
    ]);
    removeLock(workspace.layout, stage.name);
    const records = [...keys].filter((key) => removeRunRecord(workspace.layout, key)).length;
    workspace.digester.save();
    return ok({ stage: stage.name, lockRemoved: lock !== undefined, records });
  });
}
