import { describe, expect, test } from 'vitest';
import type { GateFacts } from '../../src/core/gate-facts.ts';
import type { GatePolicy } from '../../src/core/gate-policy.ts';
import { judge, type Decision } from '../../src/core/gate.ts';
import {
  better,
  champion,
  givenSplit,
  otherSplit,
  over,
  policy,
  policyOf,
  randomSplit,
  scored,
} from './gate-fixture.ts';

describe('the verdict', () => {
  test.each<[string, GateFacts, GatePolicy, Decision, readonly string[]]>([
    ['more than a point better: promoted', better, policy, 'promote', ['improved']],
    [
      'a gain of exactly one point is not enough',
      scored({ roc_auc: 0.83, f1: 0.65 }),
      policy,
      'reject',
      ['no_improvement', 'no_improvement'],
    ],
    ['equal: rejected', scored({ roc_auc: 0.82, f1: 0.65 }), policy, 'reject', ['no_improvement', 'no_improvement']],
    ['F1 alone may carry it', scored({ roc_auc: 0.82, f1: 0.67 }), policy, 'promote', ['improved']],
    ['better AUC does not pay for worse F1', scored({ roc_auc: 0.9, f1: 0.6449 }), policy, 'reject', ['regression']],
    [
      'a loss of exactly what is allowed is allowed',
      scored({ roc_auc: 0.84, f1: 0.645 }),
      policy,
      'promote',
      ['improved'],
    ],
    [
      'a small loss that is surely a loss',
      { ...better, intervals: { ...better.intervals, f1: { low: -0.004, high: -0.001 } } },
      policy,
      'reject',
      ['regression'],
    ],
    ['rule all: every metric has to gain', better, policyOf({ rule: 'all' }), 'reject', ['no_improvement']],
    [
      'rule all, and all gain',
      scored({ roc_auc: 0.84, f1: 0.67 }),
      policyOf({ rule: 'all' }),
      'promote',
      ['improved', 'improved'],
    ],
    ['below a floor', better, policyOf({ min: { roc_auc: 0.9 } }), 'reject', ['below_floor']],
    ['a floor that is just reached', better, policyOf({ min: { roc_auc: 0.84 } }), 'promote', ['improved']],
    [
      'require_ci: an interval that excludes 0',
      { ...better, requiredIntervals: better.intervals },
      policyOf({ require_ci: 0.95 }),
      'promote',
      ['improved'],
    ],
    [
      'require_ci: an interval that does not',
      { ...better, requiredIntervals: { roc_auc: { low: -0.001, high: 0.03 }, f1: { low: -0.01, high: 0.01 } } },
      policyOf({ require_ci: 0.95 }),
      'reject',
      ['not_significant', 'no_improvement'],
    ],
    ['pinned production: held', { ...better, pinned: true }, policy, 'held', ['improved', 'pinned']],
    [
      'pinned, and not better anyway',
      { ...scored({ roc_auc: 0.8, f1: 0.65 }), pinned: true },
      policy,
      'reject',
      ['regression', 'no_improvement'],
    ],
    ['manual approval', better, policyOf({ approval: 'manual' }), 'awaiting_approval', ['improved', 'approval_manual']],
    [
      'the same bytes',
      { ...better, candidate: { ...better.candidate, sha: champion.sha } },
      policy,
      'unchanged',
      ['same_bytes'],
    ],
    [
      'rolled back by a person',
      { ...better, candidate: { ...better.candidate, rejectedByPerson: true } },
      policy,
      'reject',
      ['rejected_by_person'],
    ],
    ['no production model ever', over({ kind: 'none' }), policy, 'bootstrap', ['first_model']],
    ['the first one below a floor', over({ kind: 'none' }), policyOf({ min: { f1: 0.7 } }), 'reject', ['below_floor']],
    [
      'the first one with manual approval',
      over({ kind: 'none' }),
      policyOf({ approval: 'manual' }),
      'awaiting_approval',
      ['first_model', 'approval_manual'],
    ],
    [
      'other inputs',
      over({ kind: 'incompatible', sha: champion.sha, differences: ['no input "vma"'] }),
      policy,
      'incompatible',
      ['inputs_differ'],
    ],
    ['a broken champion', over({ kind: 'broken', problem: 'it is missing' }), policy, 'error', ['champion_broken']],
    [
      'the champion knew another split',
      over({ ...champion, split: otherSplit }),
      policy,
      'error',
      ['holdout_mismatch'],
    ],
    [
      'the candidate knew another split',
      { ...better, candidate: { ...better.candidate, split: otherSplit } },
      policy,
      'error',
      ['holdout_mismatch'],
    ],
    [
      'the first one knew another split',
      { ...over({ kind: 'none' }), candidate: { ...better.candidate, split: otherSplit } },
      policy,
      'error',
      ['holdout_mismatch'],
    ],
    [
      'a random split over a champion',
      {
        ...better,
        candidate: { ...better.candidate, split: randomSplit },
        holdout: { ...better.holdout, split: randomSplit },
      },
      policy,
      'reject',
      ['random_split'],
    ],
    [
      'rows split by hand, over a champion of another split: it may have seen them',
      {
        ...better,
        candidate: { ...better.candidate, split: givenSplit },
        holdout: { ...better.holdout, split: givenSplit },
      },
      policy,
      'reject',
      ['given_split'],
    ],
    [
      'rows split by hand, over a champion of the same holdout: compared',
      {
        ...better,
        candidate: { ...better.candidate, split: givenSplit },
        champion: { ...champion, split: givenSplit },
        holdout: { ...better.holdout, split: givenSplit },
      },
      policy,
      'promote',
      ['improved'],
    ],
    ['29 rows', { ...better, holdout: { ...better.holdout, n: 29 } }, policy, 'error', ['holdout_too_small']],
    ['one class', { ...better, holdout: { ...better.holdout, classes: [5000, 0] } }, policy, 'error', ['one_class']],
    ['a metric is missing', scored({ roc_auc: 0.9 }), policy, 'error', ['metric_undefined']],
    [
      'a metric of the champion is NaN',
      over({ ...champion, scores: { roc_auc: Number.NaN, f1: 0.6 } }),
      policy,
      'error',
      ['metric_undefined'],
    ],
    ['a floor on a metric that is missing', better, policyOf({ min: { recall: 0.5 } }), 'error', ['metric_undefined']],
    [
      'no interval',
      { ...better, intervals: { roc_auc: { low: 0, high: 0.1 } } },
      policy,
      'error',
      ['interval_undefined'],
    ],
  ])('%s', (_, facts, chosen, decision, codes) => {
    const verdict = judge(facts, chosen);
    expect([verdict.decision, verdict.reasons.map(({ code }) => code)]).toEqual([decision, codes]);
  });

  test('says what was gained in points, from what to what', () => {
    expect(judge(better, policy).reasons[0]?.text).toBe('AUC +2.00 points (0.8200 → 0.8400)');
  });

  test('says what was asked for when too little was gained', () => {
    expect(judge(scored({ roc_auc: 0.83, f1: 0.65 }), policy).reasons[0]?.text).toBe(
      'AUC +1.00 points (0.8200 → 0.8300), needs more than 1.00 point',
    );
  });

  test('names the way out of another split', () => {
    expect(judge(over({ ...champion, split: otherSplit }), policy).reasons[0]?.text).toContain(
      'pipe model promote N --force',
    );
  });

  test('warns below 1,000 rows, whatever the decision', () => {
    expect(
      judge({ ...better, holdout: { ...better.holdout, n: 999 } }, policy).warnings.map(({ code }) => code),
    ).toEqual(['few_rows']);
    expect(judge({ ...better, holdout: { ...better.holdout, n: 1000 } }, policy).warnings).toEqual([]);
  });
});
