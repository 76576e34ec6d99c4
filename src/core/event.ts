/**
 * What happens during a run, in the order it happens. The terminal, `--json`, the library's
 * callers and the daemon all read these; nobody else is told anything.
 */
import type { Decision, NonEmpty, Repair, RestoreSource } from './decide.ts';
import type { Failure } from './failure.ts';
import type { Reason } from './reason.ts';

export type RunEvent =
  | { readonly type: 'run-started'; readonly run: string; readonly stages: readonly string[]; readonly dry: boolean }
  /** A killed process left this behind; it has been put right. */
  | {
      readonly type: 'recovered';
      readonly stage: string;
      readonly run: string;
      readonly putBack: readonly string[];
      readonly stopped: boolean;
    }
  | { readonly type: 'stage-waiting'; readonly stage: string; readonly holder: Holder }
  | { readonly type: 'stage-decided'; readonly stage: string; readonly decision: Decision }
  /** A dry run cannot know more: it hangs on what these stages will write. */
  | { readonly type: 'stage-undecided'; readonly stage: string; readonly upstream: readonly string[] }
  | {
      readonly type: 'stage-started';
      readonly stage: string;
      readonly command: string;
      readonly reasons: NonEmpty<Reason>;
      readonly logFile: string;
    }
  | {
      readonly type: 'stage-output';
      readonly stage: string;
      readonly line: string;
    }
  | { readonly type: 'stage-warning'; readonly stage: string; readonly message: string }
  | { readonly type: 'stage-finished'; readonly stage: string; readonly result: StageResult }
  | { readonly type: 'run-finished'; readonly run: string; readonly summary: RunSummary };

/** Between the rounds of `repro --watch`. */
export type WatchEvent =
  /** `paths`: how many files and folders are looked at. `failed`: stages that wait for a change of theirs. */
  | { readonly type: 'watch-waiting'; readonly paths: number; readonly failed: readonly string[] }
  /** `paths`: root-relative. `stopped`: stages that were running on what was there before. */
  | { readonly type: 'watch-changed'; readonly paths: readonly string[]; readonly stopped: readonly string[] }
  /** The system's limit of watched files is reached: we look again and again instead. */
  | { readonly type: 'watch-polling' }
  /** A round that could not begin. */
  | { readonly type: 'watch-failure'; readonly failure: Failure };

export type StageResult =
  | { readonly kind: 'fresh'; readonly repairs: readonly Repair[] }
  | { readonly kind: 'frozen' }
  /** `savedMs`: how long the run took whose outs were restored; null when that is not known. */
  | { readonly kind: 'restored'; readonly from: RestoreSource; readonly ms: number; readonly savedMs: number | null }
  /** `changed`: the outs whose content differs from before; empty is an early cutoff. `lastLine`: the last thing it printed. */
  | { readonly kind: 'ran'; readonly ms: number; readonly changed: readonly string[]; readonly lastLine: string | null }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly ms: number; readonly lastLines: readonly string[] }
  /** Something upstream failed. */
  | { readonly kind: 'blocked'; readonly by: string }
  /** It failed with these very inputs a moment ago: a watch waits for them to change. */
  | { readonly kind: 'held-back' }
  /** The run was asked to end before this stage began. */
  | { readonly kind: 'not-started' };

export interface Holder {
  readonly stage: string;
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

/** Times in milliseconds. */
export interface RunSummary {
  readonly ok: boolean;
  readonly ran: readonly string[];
  readonly restored: readonly string[];
  readonly fresh: readonly string[];
  readonly failed: readonly string[];
  readonly notStarted: readonly string[];
  readonly ms: number;
  /** What the fresh and restored stages took when they last ran. */
  readonly savedMs: number;
}
