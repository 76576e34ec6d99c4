/** A candidate that is promoted, to be changed in one point by each test. */
import type { ChampionFacts, GateFacts, ScoredChampion } from '../../src/core/gate-facts.ts';
import { parseGatePolicy, type GateMetric, type GatePolicy } from '../../src/core/gate-policy.ts';
import { digestOf } from '../../src/lib/digest.ts';
import type { SplitId } from '../../src/ml/model.ts';

export const policy = policyOf({});
const split: SplitId = { method: 'hash', salt: 'accidents-1', fraction: 0.3, key: 'accident' };
export const otherSplit: SplitId = { ...split, salt: 'accidents-2' };
export const randomSplit: SplitId = { method: 'random', seed: 42, fraction: 0.3 };
export const givenSplit: SplitId = { method: 'given', holdout: digestOf('holdout') };
export const champion: ScoredChampion = {
  kind: 'scored',
  sha: digestOf('champion'),
  scores: { roc_auc: 0.82, f1: 0.65 },
  split,
};
/** Two points of AUC better, nothing in its way. */
export const better: GateFacts = {
  candidate: { sha: digestOf('candidate'), scores: { roc_auc: 0.84, f1: 0.65 }, split, rejectedByPerson: false },
  champion,
  holdout: { n: 5000, classes: [3000, 2000], split },
  intervals: { roc_auc: { low: 0.015, high: 0.025 }, f1: { low: -0.01, high: 0.01 } },
  requiredIntervals: {},
  pinned: false,
};

export function scored(scores: Partial<Record<GateMetric, number>>): GateFacts {
  return { ...better, candidate: { ...better.candidate, scores } };
}

export function over(facts: ChampionFacts): GateFacts {
  return { ...better, champion: facts };
}

export function policyOf(value: unknown): GatePolicy {
  const parsed = parseGatePolicy(value);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}
