/**
 * The promotion gate: may this candidate replace the champion?
 *
 * Pure: takes facts, gives a verdict; what follows from it is done elsewhere. Both models were scored
 * just now on the same rows by the same code. Invariant: it fails closed. Whatever is missing, is not
 * a number or cannot be compared never promotes.
 */
import { canonicalJson } from '../lib/canonical-json.ts';
import type { Interval } from '../ml/bootstrap.ts';
import type { SplitId } from '../ml/model.ts';
import { findLoss, findShortfall } from './gate-comparison.ts';
import type { Comparison, GateFacts, HoldoutFacts, Intervals, ScoredChampion, Scores } from './gate-facts.ts';
import { GATE_METRICS, neededMetrics, type GateMetric, type GatePolicy } from './gate-policy.ts';
import * as say from './gate-reason.ts';
import type { GateReason } from './gate-reason.ts';

export type Decision =
  | 'promote'
  | 'reject'
  | 'unchanged'
  | 'bootstrap'
  | 'held'
  | 'awaiting_approval'
  | 'incompatible'
  | 'error';

interface Ruling {
  readonly decision: Decision;
  readonly reasons: readonly GateReason[];
}

export interface Verdict extends Ruling {
  readonly warnings: readonly GateReason[];
}

/** Fewer rows say nothing at all. */
const MIN_ROWS = 30;
/** Fewer rows, and one point is within the noise. */
const FEW_ROWS = 1000;

export function judge(facts: GateFacts, policy: GatePolicy): Verdict {
  const { n } = facts.holdout;
  return { ...rule(facts, policy), warnings: n < FEW_ROWS ? [say.fewRows(n, FEW_ROWS)] : [] };
}

function rule(facts: GateFacts, policy: GatePolicy): Ruling {
  const { candidate, champion } = facts;
  if (champion.kind === 'broken') return ruling('error', say.championBroken(champion.problem));
  const faults = [...findHoldoutFaults(facts.holdout), ...findScoreFaults('candidate', candidate.scores, policy)];
  if (faults.length > 0) return ruling('error', ...faults);
  if (champion.kind !== 'none' && champion.sha === candidate.sha) return ruling('unchanged', say.sameBytes());
  if (candidate.rejectedByPerson) return ruling('reject', say.rejectedByPerson());
  if (champion.kind === 'incompatible') return ruling('incompatible', ...champion.differences.map(say.inputsDiffer));
  return champion.kind === 'none' ? ruleFirst(facts, policy) : ruleOver(champion, facts, policy);
}

function ruleFirst({ candidate, holdout }: GateFacts, policy: GatePolicy): Ruling {
  if (!sameSplit(candidate.split, holdout.split)) return ruling('error', say.holdoutMismatch('candidate'));
  const tooLow = findBelowFloor(candidate.scores, policy);
  if (tooLow.length > 0) return ruling('reject', ...tooLow);
  return policy.approval === 'manual'
    ? ruling('awaiting_approval', say.firstModel(), say.needsApproval())
    : ruling('bootstrap', say.firstModel());
}

function ruleOver(champion: ScoredChampion, facts: GateFacts, policy: GatePolicy): Ruling {
  const { candidate, holdout } = facts;
  if ([candidate.split, holdout.split].some((split) => split.method === 'random')) {
    return ruling('reject', say.randomSplit());
  }
  if (!sameSplit(candidate.split, holdout.split)) return ruling('error', say.holdoutMismatch('candidate'));
  if (!sameSplit(champion.split, holdout.split)) {
    // Rows split by hand have no rule that somebody could have broken: nothing is wrong, only unknown.
    const isGiven = holdout.split.method === 'given';
    return isGiven ? ruling('reject', say.givenSplit()) : ruling('error', say.holdoutMismatch('champion'));
  }
  const faults = [
    ...findScoreFaults('champion', champion.scores, policy),
    ...findIntervalFaults(facts.intervals, policy),
    ...(policy.require_ci === null ? [] : findIntervalFaults(facts.requiredIntervals, policy)),
  ];
  if (faults.length > 0) return ruling('error', ...faults);
  return ruleOnGain(
    policy.metrics.map((metric) => compare(metric, champion, facts)),
    facts,
    policy,
  );
}

function ruleOnGain(comparisons: readonly Comparison[], facts: GateFacts, policy: GatePolicy): Ruling {
  const gained = comparisons.filter((comparison) => findShortfall(comparison, policy) === undefined);
  const isEnough = policy.rule === 'all' ? gained.length === comparisons.length : gained.length > 0;
  const against = [
    ...findBelowFloor(facts.candidate.scores, policy),
    ...comparisons.flatMap((comparison) => {
      const loss = findLoss(comparison, policy);
      // Who lost has not gained either: once is enough to say.
      return loss ?? (isEnough ? [] : (findShortfall(comparison, policy) ?? []));
    }),
  ];
  if (against.length > 0) return ruling('reject', ...against);
  const gains = gained.map(say.improved);
  if (facts.pinned) return ruling('held', ...gains, say.pinned());
  if (policy.approval === 'manual') return ruling('awaiting_approval', ...gains, say.needsApproval());
  return ruling('promote', ...gains);
}

function compare(metric: GateMetric, champion: ScoredChampion, facts: GateFacts): Comparison {
  return {
    metric,
    candidate: facts.candidate.scores[metric] ?? Number.NaN,
    champion: champion.scores[metric] ?? Number.NaN,
    interval: facts.intervals[metric],
    requiredInterval: facts.requiredIntervals[metric],
  };
}

function findHoldoutFaults({ n, classes }: HoldoutFacts): readonly GateReason[] {
  return [
    ...(n >= MIN_ROWS ? [] : [say.holdoutTooSmall(n, MIN_ROWS)]),
    ...(classes.every((count) => count > 0) ? [] : [say.oneClass()]),
  ];
}

/** NaN fails every comparison, so without this check it would slip past floors and regressions. */
function findScoreFaults(whose: 'candidate' | 'champion', scores: Scores, policy: GatePolicy): readonly GateReason[] {
  return neededMetrics(policy)
    .filter((metric) => !Number.isFinite(scores[metric]))
    .map((metric) => say.scoreUndefined(whose, metric, scores[metric]));
}

function findIntervalFaults(intervals: Intervals, { metrics }: GatePolicy): readonly GateReason[] {
  const isWhole = (interval: Interval | undefined) => Number.isFinite(interval?.low) && Number.isFinite(interval?.high);
  return metrics.filter((metric) => !isWhole(intervals[metric])).map(say.intervalUndefined);
}

function findBelowFloor(scores: Scores, { min }: GatePolicy): readonly GateReason[] {
  return GATE_METRICS.flatMap((metric) => {
    const floor = min[metric];
    const score = scores[metric] ?? Number.NaN;
    return floor === undefined || score >= floor ? [] : [say.belowFloor(metric, score, floor)];
  });
}

function sameSplit(a: SplitId, b: SplitId): boolean {
  return canonicalJson({ ...a }) === canonicalJson({ ...b });
}

function ruling(decision: Decision, ...reasons: readonly GateReason[]): Ruling {
  return { decision, reasons };
}
