/** What is at hand while a stage whose claim is held is being run or restored. */
import type { RunEvent, StageResult } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import type { StageInputs } from '../core/fingerprint.ts';
import type { LockEntry } from '../core/lock-entry.ts';
import type { Stage } from '../core/pipeline.ts';
import type { Executor } from '../executors/executor.ts';
import type { Claim } from '../store/claims.ts';
import type { Journal } from '../store/journal.ts';
import type { Workspace } from './workspace.ts';

export interface Performance {
  readonly workspace: Workspace;
  readonly stage: Stage;
  readonly claim: Claim;
  /** As the decision saw them. */
  readonly inputs: StageInputs;
  readonly locked: LockEntry | undefined;
  readonly executor: Executor;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
  /** Deps, or files in them, that no commit has as they are. */
  readonly uncommitted: Promise<readonly string[]>;
  /** From here on the outs are half-done, until the stage has ended well. */
  readonly onBegun: (journal: Journal) => void;
}

export type Failed = Extract<StageResult, { readonly kind: 'failed' }>;

export function failed(
  failure: Failure,
  { ms = 0, lastLines = [] }: { ms?: number; lastLines?: readonly string[] } = {},
): Failed {
  return { kind: 'failed', failure, ms, lastLines };
}
