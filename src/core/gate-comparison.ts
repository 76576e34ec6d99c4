/**
 * The arithmetic of the gate: what counts as a gain and what as a loss of one metric.
 *
 * Pure. Invariant: a comparison with NaN in it is never a gain.
 */
import type { Comparison } from './gate-facts.ts';
import type { GatePolicy } from './gate-policy.ts';
import * as say from './gate-reason.ts';
import type { GateReason } from './gate-reason.ts';

/**
 * 0.51 - 0.50 is 0.010000000000000009: without a tolerance, exactly one point would be enough or
 * not, depending on where on the scale it was gained.
 */
const TOLERANCE = 1e-9;

/** Whether enough was gained, and what there is to say for or against. */
export interface Gains {
  readonly isEnough: boolean;
  readonly reasons: readonly GateReason[];
}

export function findGains(comparisons: readonly Comparison[], policy: GatePolicy): Gains {
  const judged = comparisons.map((comparison) => ({ comparison, shortfall: findShortfall(comparison, policy) }));
  const gained = judged.filter(({ shortfall }) => shortfall === undefined);
  const isEnough = policy.rule === 'all' ? gained.length === judged.length : gained.length > 0;
  const reasons = isEnough
    ? gained.map(({ comparison }) => say.improved(comparison))
    : judged.flatMap(({ shortfall }) => (shortfall === undefined ? [] : [shortfall]));
  return { isEnough, reasons };
}

/** Metrics that became worse by more than is allowed, or surely worse by however little. */
export function findLosses(comparisons: readonly Comparison[], policy: GatePolicy): readonly GateReason[] {
  return comparisons.flatMap((comparison) => {
    if (deltaOf(comparison) + policy.max_regression < -TOLERANCE) return [say.regressed(comparison, policy)];
    const { interval } = comparison;
    return interval !== undefined && interval.high < 0 ? [say.surelyWorse(comparison, interval)] : [];
  });
}

export function deltaOf({ candidate, champion }: Pick<Comparison, 'candidate' | 'champion'>): number {
  return candidate - champion;
}

function findShortfall(comparison: Comparison, policy: GatePolicy): GateReason | undefined {
  if (!(deltaOf(comparison) - policy.min_improvement > TOLERANCE)) return say.noImprovement(comparison, policy);
  if (policy.require_ci === null) return undefined;
  const isSure = (comparison.requiredInterval?.low ?? Number.NaN) > 0;
  return isSure ? undefined : say.notSignificant(comparison, policy.require_ci);
}
