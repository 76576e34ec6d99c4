/** One `repro`: what all its stages share while it goes on. */
import type { RunEvent } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import type { Fingerprint } from '../core/fingerprint.ts';
import type { Executor } from '../executors/executor.ts';
import type { Result } from '../lib/result.ts';
import type { Capacity } from '../lib/capacity.ts';
import type { ProcessIdentity } from '../store/process-identity.ts';
import type { Prepared } from './prepare.ts';
import type { StageClaims } from './stage-claims.ts';
import type { Workspace } from './workspace.ts';

/**
 * Waits until nobody else runs a stage of these inputs and returns what ends the turn. For runs that go on side by
 * side in work trees of their own, as experiments do: whoever comes later finds the outs in the run cache.
 */
export type TakeTurn = (turn: Turn) => Promise<() => void>;

export interface Turn {
  readonly stage: string;
  readonly key: Fingerprint;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

export interface Session {
  readonly workspace: Workspace;
  /** Sorts by time. */
  readonly run: string;
  readonly holder: ProcessIdentity;
  readonly claims: StageClaims;
  readonly executor: Executor;
  /** Slots, memory and pools, for the stages that run at a time. Waiting for a claim takes none. */
  readonly room: Capacity;
  readonly force: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
  /** Asked before a stage begins to act: a failure elsewhere may have ended the run. */
  readonly isHalted: () => boolean;
  /** Told while the failed stage still has its room: whoever waits for that may be no more to begin. */
  readonly onFailed: () => void;
  /** Asked before a stage runs: not with these inputs, they have failed before. */
  readonly isHeldBack: (stage: string, key: Fingerprint) => boolean;
  /** Undefined: nobody runs the same beside this. */
  readonly takeTurn: TakeTurn | undefined;
  /** Done once, before the first stage acts; a failure is this session's for all stages. */
  readonly prepare: () => Promise<Result<Prepared, Failure>>;
}
