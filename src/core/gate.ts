/**
 * The promotion gate: may this candidate replace the champion?
 *
 * Pure: takes facts, gives a verdict; what follows from it is done elsewhere. Both models were scored
 * just now on the same rows by the same code. Invariant: fails closed. Whatever is missing, not a
 * number or cannot be compared never promotes.
 */
import type { Digest } from '../lib/digest.ts';
import type { Interval } from '../ml/bootstrap.ts';
import type { MetricName } from '../ml/metrics.ts';
import type { SplitId } from '../ml/model.ts';
import type { GatePolicy } from './gate-policy.ts';

export interface GateFacts {
  readonly candidate: CandidateFacts;
  readonly champion: ChampionFacts;
  readonly holdout: {
    readonly n: number;
    readonly classes: readonly [negatives: number, positives: number];
    readonly split: SplitId;
  };
  /** 95 % paired bootstrap intervals of candidate minus champion; only looked at over a scored champion. */
  readonly intervals: Intervals;
  /** The same at the level that `require_ci` asks for; empty when it asks for none. */
  readonly requiredIntervals: Intervals;
  /** A person pinned the production version. */
  readonly pinned: boolean;
}

export type Scores = Readonly<Partial<Record<MetricName, number>>>;
export type Intervals = Readonly<Partial<Record<MetricName, Interval>>>;

export interface CandidateFacts {
  readonly sha: Digest;
  readonly scores: Scores;
  readonly split: SplitId;
  readonly rejectedByPerson: boolean;
}

export type ChampionFacts =
  /** Nothing was ever in production. */
  | { readonly kind: 'none' }
  /** The registry names a version that is missing, altered or does not load. */
  | { readonly kind: 'broken'; readonly problem: string }
  /** Its inputs or classes are not the candidate's: it cannot answer the same rows. */
  | { readonly kind: 'incompatible'; readonly sha: Digest; readonly differences: readonly string[] }
  | { readonly kind: 'scored'; readonly sha: Digest; readonly scores: Scores; readonly split: SplitId };

export type Decision =
  | 'promote'
  | 'reject'
  | 'unchanged'
  | 'bootstrap'
  | 'held'
  | 'awaiting_approval'
  | 'incompatible'
  | 'error';

export interface Verdict {
  readonly decision: Decision;
  readonly reasons: readonly GateReason[];
  readonly warnings: readonly GateReason[];
  /** Candidate minus champion, for every metric both have; empty without a scored champion. */
  readonly deltas: Scores;
}

/** `code` is for programs and stable; `text` is a sentence for people. */
export interface GateReason {
  readonly code: string;
  readonly text: string;
}

export declare function judge(facts: GateFacts, policy: GatePolicy): Verdict;
