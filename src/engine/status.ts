/** What would happen and why; works while a run goes on, and shows it. Never waits, never writes but the stat index. */
import type { Holder } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import type { Reason } from '../core/reason.ts';
import { selectStages } from '../core/target.ts';
import { ok, type Result } from '../lib/result.ts';
import { listClaims, type Claim } from '../store/claims.ts';
import { lockedStages } from '../store/locks.ts';
import { loadPipeline } from './load.ts';
import { preview, type Outlook } from './preview.ts';
import { isAbandoned } from './recover.ts';
import { changedSources, type SourceStatus } from './source-state.ts';
import { holderOf } from './wait.ts';
import { createWorkspace, type Environment } from './workspace.ts';

export interface StatusReport {
  readonly root: string;
  readonly stages: readonly StageStatus[];
  /** Sources that are not as their locks say. */
  readonly sources: readonly SourceStatus[];
  /** Stages that have a lock entry and are in the pipeline no more. */
  readonly orphanLocks: readonly string[];
}

export interface StageStatus {
  readonly stage: string;
  /** `unknown`: hangs on what `upstream` will write. `interrupted`: a killed process left it half-done; the next run recovers. */
  readonly state: 'fresh' | 'stale' | 'frozen' | 'unknown' | 'failed' | 'interrupted';
  /** What `repro` would do. */
  readonly action?: 'restore' | 'run';
  readonly reasons: readonly Reason[];
  readonly upstream: readonly string[];
  readonly failure?: Failure;
  readonly running?: Holder;
}

export interface StatusOptions {
  /** Absolute. */
  readonly cwd: string;
  readonly targets?: readonly string[];
  readonly env?: Environment;
}

export async function status({
  cwd,
  targets = [],
  env = process.env,
}: StatusOptions): Promise<Result<StatusReport, Failure>> {
  const loaded = await loadPipeline(cwd);
  if (!loaded.ok) return loaded;
  const selected = selectStages({ ...loaded.value, targets });
  if (!selected.ok) return selected;
  const workspace = createWorkspace(loaded.value, { env });
  const claims = new Map(listClaims(workspace.layout).map((claim) => [claim.stage, claim]));
  const previewed = await preview(workspace, selected.value, { force: false });
  const sources = await changedSources(workspace);
  if (!sources.ok) return sources;
  workspace.digester.save();
  const stages = previewed.map(({ stage, outlook }) =>
    toStatus(outlook, { stage, isFrozen: workspace.stage(stage).frozen, claim: claims.get(stage) }),
  );
  const known = new Set(loaded.value.pipeline.stages.map(({ name }) => name));
  return ok({
    root: workspace.root,
    stages,
    sources: sources.value,
    orphanLocks: lockedStages(workspace.layout).filter((name) => !known.has(name)),
  });
}

interface Around {
  readonly stage: string;
  readonly isFrozen: boolean;
  readonly claim: Claim | undefined;
}

function toStatus(outlook: Outlook, { stage, isFrozen, claim }: Around): StageStatus {
  const status = fromOutlook(outlook, { stage, isFrozen });
  if (claim === undefined) return status;
  return isAbandoned(claim) ? { ...status, state: 'interrupted' } : { ...status, running: holderOf(claim) };
}

function fromOutlook(outlook: Outlook, { stage, isFrozen }: Pick<Around, 'stage' | 'isFrozen'>): StageStatus {
  const plain = { stage, reasons: [], upstream: [] };
  if (outlook.kind === 'failure') return { ...plain, state: 'failed', failure: outlook.failure };
  if (outlook.kind === 'unknown') return { ...plain, state: 'unknown', upstream: outlook.upstream };
  const { decision } = outlook;
  if (decision.action === 'skip') return { ...plain, state: isFrozen ? 'frozen' : 'fresh' };
  return { ...plain, state: 'stale', action: decision.action, reasons: decision.reasons };
}
