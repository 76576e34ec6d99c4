/** What the gate is told about a candidate, the champion and the holdout. Data only. */
import type { Digest } from '../lib/digest.ts';
import type { Interval } from '../ml/bootstrap.ts';
import type { SplitId } from '../ml/model.ts';
import type { GateMetric } from './gate-policy.ts';

export interface GateFacts {
  readonly candidate: CandidateFacts;
  readonly champion: ChampionFacts;
  readonly holdout: HoldoutFacts;
  /** 95 % paired bootstrap intervals of candidate minus champion; looked at over a scored champion only. */
  readonly intervals: Intervals;
  /** The same at the confidence that `require_ci` asks for; empty when it asks for none. */
  readonly requiredIntervals: Intervals;
  /** A person pinned the production version. */
  readonly pinned: boolean;
}

/** NaN where a metric is undefined. */
export type Scores = Readonly<Partial<Record<GateMetric, number>>>;
export type Intervals = Readonly<Partial<Record<GateMetric, Interval>>>;

interface CandidateFacts {
  readonly sha: Digest;
  readonly scores: Scores;
  /** Which rows were kept away from its training. */
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

export type ScoredChampion = Extract<ChampionFacts, { readonly kind: 'scored' }>;

export interface HoldoutFacts {
  readonly n: number;
  readonly classes: readonly [negatives: number, positives: number];
  readonly split: SplitId;
}

/** Both scores of one metric. */
export interface Comparison {
  readonly metric: GateMetric;
  readonly candidate: number;
  readonly champion: number;
  readonly interval: Interval | undefined;
  /** At the confidence that `require_ci` asks for. */
  readonly requiredInterval: Interval | undefined;
}
