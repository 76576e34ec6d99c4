import { expect, test } from 'vitest';
import type { GateFacts } from '../../src/core/gate-facts.ts';
import { judge, type Decision } from '../../src/core/gate.ts';
import { better, champion, policy, policyOf, scored } from './gate-fixture.ts';
import { fc } from '../support/properties.ts';

/** Where on the scale it is gained must not matter: in floating point it does. */
test.each(Array.from({ length: 49 }, (_, i) => [(50 + i) / 100, (51 + i) / 100] as const))(
  'exactly one point is not enough: %f to %f',
  (was, now) => {
    expect(judge(pair(was, now), policy).decision).toBe('reject');
    expect(judge(pair(was, now + 1e-6), policy).decision).toBe('promote');
  },
);

/** Evenly spread; `fc.double` prefers the ends, where nothing is ever promoted. */
const between = (min: number, max: number) =>
  fc.integer({ min: 0, max: 100_000 }).map((step) => min + ((max - min) * step) / 100_000);
/** Around the point where the verdict turns. */
const gateFacts = fc
  .record({
    was: fc.tuple(between(0.3, 0.9), between(0.3, 0.9)),
    gain: fc.tuple(between(-0.01, 0.05), between(-0.01, 0.05)),
    low: between(-0.04, 0.04),
    pinned: fc.boolean(),
  })
  .map(({ was, gain, low, pinned }): GateFacts => {
    const intervals = { roc_auc: { low, high: low + 0.05 }, f1: { low, high: low + 0.05 } };
    return {
      ...better,
      candidate: { ...better.candidate, scores: { roc_auc: was[0] + gain[0], f1: was[1] + gain[1] } },
      champion: { ...champion, scores: { roc_auc: was[0], f1: was[1] } },
      intervals,
      requiredIntervals: intervals,
      pinned,
    };
  });
const policies = fc
  .record({
    rule: fc.constantFrom('any', 'all'),
    min: fc.constantFrom({}, { roc_auc: 0.5 }),
    require_ci: fc.constantFrom(null, 0.95),
    min_improvement: between(0, 0.03),
    max_regression: between(0, 0.02),
  })
  .map(policyOf);
const live: readonly Decision[] = ['promote', 'bootstrap'];

test('never promotes when a number it needs is not a number', () => {
  const spoil = fc.constantFrom<(facts: GateFacts) => GateFacts>(
    (facts) => ({
      ...facts,
      candidate: { ...facts.candidate, scores: { ...facts.candidate.scores, roc_auc: Number.NaN } },
    }),
    (facts) => ({
      ...facts,
      candidate: { ...facts.candidate, scores: { ...facts.candidate.scores, f1: Number.POSITIVE_INFINITY } },
    }),
    (facts) => ({ ...facts, champion: { ...champion, scores: { ...champion.scores, f1: Number.NaN } } }),
    (facts) => ({ ...facts, intervals: { ...facts.intervals, roc_auc: { low: Number.NaN, high: 1 } } }),
  );
  fc.assert(
    fc.property(
      gateFacts,
      policies,
      spoil,
      (facts, chosen, spoiled) => judge(spoiled(facts), chosen).decision === 'error',
    ),
  );
});

test('promotes only when some metric gained more than was asked for and none lost more than is allowed', () => {
  fc.assert(
    fc.property(gateFacts, policies, (facts, chosen) => {
      const deltas = metricsOf(facts);
      fc.pre(judge(facts, chosen).decision === 'promote');
      expect(Math.max(...deltas)).toBeGreaterThan(chosen.min_improvement);
      expect(Math.min(...deltas)).toBeGreaterThanOrEqual(-chosen.max_regression - 1e-8);
    }),
  );
});

test('a better score never turns a promotion into a rejection', () => {
  fc.assert(
    fc.property(gateFacts, policies, between(0, 0.5), (facts, chosen, gain) => {
      fc.pre(live.includes(judge(facts, chosen).decision));
      const { roc_auc = 0, f1 = 0 } = facts.candidate.scores;
      const raised = { ...facts.candidate, scores: { roc_auc: roc_auc + gain, f1: f1 + gain } };
      expect(live).toContain(judge({ ...facts, candidate: raised }, chosen).decision);
    }),
  );
});

test('nothing pinned is ever replaced', () => {
  fc.assert(
    fc.property(
      gateFacts,
      policies,
      (facts, chosen) => !live.includes(judge({ ...facts, pinned: true }, chosen).decision),
    ),
  );
});

test('every decision has a reason', () => {
  fc.assert(fc.property(gateFacts, policies, (facts, chosen) => judge(facts, chosen).reasons.length > 0));
});

function pair(was: number, now: number): GateFacts {
  return { ...scored({ roc_auc: now, f1: was }), champion: { ...champion, scores: { roc_auc: was, f1: was } } };
}

function metricsOf({ candidate, champion: old }: GateFacts): readonly number[] {
  const scores = old.kind === 'scored' ? old.scores : {};
  return [(candidate.scores.roc_auc ?? 0) - (scores.roc_auc ?? 0), (candidate.scores.f1 ?? 0) - (scores.f1 ?? 0)];
}
