/** Scores the champion beside the candidate, and how sure their difference is: the facts of the gate. */
import type { ChampionFacts, GateFacts, Intervals } from '../core/gate-facts.ts';
import type { GatePolicy } from '../core/gate-policy.ts';
import { findBySha, productionOf, type RegistryState } from '../core/registry.ts';
import { bootstrapDifference } from '../ml/bootstrap.ts';
import type { Registry } from '../store/registry.ts';
import { findDifferences, loadModel, scoreModel, type Holdout, type ScoredModel } from '../ml/score.ts';

/** The champion as the gate sees it, and its scores when it has any. */
export interface Champion {
  readonly facts: ChampionFacts;
  readonly scored: ScoredModel | undefined;
}

export function readChampion(registry: Registry, state: RegistryState, comparison: Pair): Champion {
  const production = productionOf(state);
  if (production === undefined) return { facts: { kind: 'none' }, scored: undefined };
  const version = registry.readVersion(String(production.n));
  if (!version.ok) return broken(version.error.problem);
  const loaded = loadModel(version.value.bytes);
  if (!loaded.ok) return broken(loaded.error);
  const differences = findDifferences(comparison.candidate.model, loaded.value.model);
  if (differences.length > 0) {
    return { facts: { kind: 'incompatible', sha: production.sha, differences }, scored: undefined };
  }
  const scored = scoreModel(loaded.value, comparison.holdout);
  if (!scored.ok) return broken(scored.error);
  const { sha, metrics, model } = scored.value;
  return { facts: { kind: 'scored', sha, scores: metrics, split: model.split }, scored: scored.value };
}

const broken = (problem: string): Champion => ({ facts: { kind: 'broken', problem }, scored: undefined });

export interface Pair {
  readonly candidate: ScoredModel;
  readonly holdout: Holdout;
}

export function gatherFacts(
  { candidate, holdout }: Pair,
  {
    champion,
    state,
    policy,
  }: { readonly champion: Champion; readonly state: RegistryState; readonly policy: GatePolicy },
): GateFacts {
  const positives = candidate.metrics.positives;
  const intervalsAt = (level: number): Intervals =>
    champion.scored === undefined || positives === 0 || positives === holdout.labels.length
      ? {} // with one class there is nothing to draw from; the gate says so
      : bootstrapDifference({ ...drawsOf(candidate, champion.scored, holdout), metrics: policy.metrics, level });
  const intervals = intervalsAt(0.95);
  return {
    candidate: {
      sha: candidate.sha,
      scores: candidate.metrics,
      split: candidate.model.split,
      rejectedByPerson: findBySha(state, candidate.sha)?.status === 'rejected_by_person',
    },
    champion: champion.facts,
    holdout: {
      n: holdout.labels.length,
      classes: [holdout.labels.length - positives, positives],
      split: holdout.split,
    },
    intervals,
    requiredIntervals:
      policy.require_ci === null ? {} : policy.require_ci === 0.95 ? intervals : intervalsAt(policy.require_ci),
    pinned: state.pinned,
  };
}

/** A fixed seed: the same two models on the same rows get the same verdict. */
function drawsOf(candidate: ScoredModel, champion: ScoredModel, { labels }: Holdout) {
  return {
    candidate: candidate.probabilities,
    champion: champion.probabilities,
    labels,
    thresholds: { candidate: candidate.model.threshold, champion: champion.model.threshold },
    resamples: 2000,
    seed: 42,
  };
}
