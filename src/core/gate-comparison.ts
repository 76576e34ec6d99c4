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

/** Why this metric did not gain enough; undefined when it did. */
export function findShortfall(comparison: Comparison, policy: GatePolicy): GateReason | undefined {
  if (!(deltaOf(comparison) - policy.min_improvement > TOLERANCE)) return say.noImprovement(comparison, policy);
  if (policy.require_ci === null) return undefined;
  const isSure = (comparison.requiredInterval?.low ?? Number.NaN) > 0;
  return isSure ? undefined : say.notSignificant(comparison, policy.require_ci);
}

/** Why this metric counts as lost: worse by more than is allowed, or surely worse by however little. */
export function findLoss(comparison: Comparison, policy: GatePolicy): GateReason | undefined {
  if (deltaOf(comparison) + policy.max_regression < -TOLERANCE) return say.regressed(comparison, policy);
  const { interval } = comparison;
  return interval !== undefined && interval.high < 0 ? say.surelyWorse(comparison, interval) : undefined;
}

function deltaOf({ candidate, champion }: Comparison): number {
  return candidate - champion;
}
