/**
 * The words of the gate: every reason of a verdict, as a stable code and a sentence for people.
 * Decides nothing. Each code has its line in docs/promotion.md.
 */
import type { Interval } from '../ml/bootstrap.ts';
import type { Comparison } from './gate-facts.ts';
import type { GateMetric, GatePolicy } from './gate-policy.ts';

/** `code` is for programs and stable; `text` is for people. */
export interface GateReason {
  readonly code: string;
  readonly text: string;
}

const reason = (code: string, text: string): GateReason => ({ code, text });

const NAMES: Readonly<Record<GateMetric, string>> = {
  roc_auc: 'AUC',
  f1: 'F1',
  f1_at_half: 'F1 at 0.5',
  precision: 'precision',
  recall: 'recall',
  accuracy: 'accuracy',
  average_precision: 'average precision',
};

export const improved = (comparison: Comparison) => reason('improved', change(comparison));

export const noImprovement = (comparison: Comparison, { min_improvement }: GatePolicy) =>
  reason('no_improvement', `${change(comparison)}, needs more than ${points(min_improvement)}`);

export const notSignificant = (comparison: Comparison, confidence: number) =>
  reason(
    'not_significant',
    `${change(comparison)}, but the ${percent(confidence)} interval ${range(comparison.requiredInterval)} does not exclude 0`,
  );

export const regressed = (comparison: Comparison, { max_regression }: GatePolicy) =>
  reason('regression', `${change(comparison)}, may not lose more than ${points(max_regression)}`);

export const surelyWorse = (comparison: Comparison, interval: Interval) =>
  reason('regression', `${change(comparison)}, and its 95 % interval ${range(interval)} lies wholly below 0`);

export const belowFloor = (metric: GateMetric, score: number, floor: number) =>
  reason('below_floor', `${NAMES[metric]} is ${score.toFixed(4)}, below the floor of ${floor}`);

export const sameBytes = () => reason('same_bytes', 'the candidate is the production model, byte for byte');

export const firstModel = () => reason('first_model', 'there was no production model');

export const rejectedByPerson = () =>
  reason('rejected_by_person', 'a person rolled this very model back; only a person can promote it again');

export const pinned = () => reason('pinned', 'the production version is pinned: `pipe model unpin` lets it go');

export const needsApproval = () => reason('approval_manual', 'a person has to approve it: `pipe model promote`');

export const inputsDiffer = (difference: string) => reason('inputs_differ', difference);

export const randomSplit = () =>
  reason(
    'random_split',
    'with split: random the holdout may hold rows the champion was trained on; only split: hash is fair to both',
  );

export const givenSplit = () =>
  reason(
    'given_split',
    'these rows were split by hand, and the champion was trained beside another holdout, so it may have seen them; ' +
      'a person decides: `pipe model promote N --force`',
  );

export const holdoutMismatch = (whose: 'candidate' | 'champion') =>
  reason(
    'holdout_mismatch',
    `the ${whose} was trained on another split than this holdout's, so it may have seen these rows; ` +
      'if the new split is meant, a person decides: `pipe model promote N --force`',
  );

export const championBroken = (problem: string) =>
  reason('champion_broken', `the production model cannot be scored: ${problem}`);

export const holdoutTooSmall = (n: number, least: number) =>
  reason('holdout_too_small', `the holdout has ${n} rows, at least ${least} are needed`);

export const fewRows = (n: number, few: number) =>
  reason('few_rows', `the holdout has ${n} rows; below ${few}, a difference of one point is within the noise`);

export const oneClass = () =>
  reason('one_class', 'all rows of the holdout have the same class: nothing can be compared');

export const scoreUndefined = (whose: 'candidate' | 'champion', metric: GateMetric, score: number | undefined) =>
  reason('metric_undefined', `${NAMES[metric]} of the ${whose} is ${score ?? 'missing'}`);

export const intervalUndefined = (metric: GateMetric) =>
  reason('interval_undefined', `the bootstrap interval of ${NAMES[metric]} is not a number`);

export const championChanged = () =>
  reason('champion_changed', 'somebody changed the production version while this candidate was judged: evaluate again');

export const registryFailed = ({ problem, hint }: { readonly problem: string; readonly hint?: string }) =>
  reason('registry', hint === undefined ? problem : `${problem}: ${hint}`);

/** "AUC +1.52 points (0.8243 -> 0.8395)". */
function change({ metric, candidate, champion }: Comparison): string {
  const from = `${champion.toFixed(4)} → ${candidate.toFixed(4)}`;
  return `${NAMES[metric]} ${signed(candidate - champion)} points (${from})`;
}

function points(share: number): string {
  return `${(share * 100).toFixed(2)} point${share === 0.01 ? '' : 's'}`;
}

function range(interval: Interval | undefined): string {
  return interval === undefined ? 'is missing and' : `${signed(interval.low)} to ${signed(interval.high)}`;
}

const signed = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(2)}`;
const percent = (confidence: number): string => `${Number((confidence * 100).toFixed(1))} %`;
