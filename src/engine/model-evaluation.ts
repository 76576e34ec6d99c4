/**
 * Judges a candidate against the production model and does what the verdict says.
 *
 * Order of effects: the registry (one commit), then the record. Whatever goes wrong ends as an
 * evaluation with decision `error`, and then nothing was promoted.
 */
import type { Evaluation } from '../core/gate-evaluation.ts';
import type { GatePolicy } from '../core/gate-policy.ts';
import * as say from '../core/gate-reason.ts';
import { judge, type Decision, type Verdict } from '../core/gate.ts';
import type { VersionCard } from '../core/registry-card.ts';
import {
  markOf,
  productionOf,
  promote,
  reject,
  type RegistryMark,
  type RegistryState,
  type VersionEntry,
} from '../core/registry.ts';
import { ok } from '../lib/result.ts';
import type { ScoredModel } from '../ml/score.ts';
import { commitChange, type Addition } from '../store/registry-commit.ts';
import { gatherFacts, readChampion, type Pair } from './model-comparison.ts';
import { recordFault, recordOutcome, type Occasion } from './model-record.ts';

export interface EvaluationRequest extends Pair, Occasion {
  readonly policy: GatePolicy;
  readonly card: Pick<VersionCard, 'git' | 'locks'>;
}

export interface Judgement {
  readonly evaluation: Evaluation;
  /** Who the candidate was compared with; undefined when there was nobody, or nobody who could be scored. */
  readonly champion: ScoredModel | undefined;
}

export async function evaluateCandidate(request: EvaluationRequest): Promise<Judgement> {
  const { registry, policy, candidate, holdout } = request;
  const state = registry.read();
  if (!state.ok) {
    return { evaluation: recordFault(request, [say.registryFailed(state.error)]), champion: undefined };
  }
  const champion = readChampion(registry, state.value, request);
  const facts = gatherFacts(request, { champion, state: state.value, policy });
  const verdict = judge(facts, policy);
  const settled = await settle(request, verdict, markOf(state.value));
  const evaluation = recordOutcome(request, {
    ...settled,
    policy,
    holdout,
    candidate,
    champion: champion.scored,
    championVersion: productionOf(state.value),
    intervals: facts.intervals,
  });
  return { evaluation, champion: champion.scored };
}

interface Settled {
  readonly verdict: Verdict;
  readonly candidateVersion: number | null;
}

/** Every candidate that can be loaded gets a number, so that a person can promote it against the gate. */
async function settle(request: EvaluationRequest, verdict: Verdict, mark: RegistryMark): Promise<Settled> {
  const goesLive = verdict.decision === 'promote' || verdict.decision === 'bootstrap';
  const commit = await commitChange(request.registry, {
    ...(goesLive ? { expected: mark } : {}),
    addition: additionOf(request),
    transition: (state, added) => ok(follow(verdict.decision, state, added)),
  });
  if (commit.ok) return { verdict, candidateVersion: commit.value.added?.n ?? null };
  if (commit.error.code === 'registry') {
    return { verdict: asError(verdict, say.registryFailed(commit.error)), candidateVersion: null };
  }
  return settle(request, asError(verdict, say.championChanged()), mark);
}

function follow(decision: Decision, state: RegistryState, added: VersionEntry | undefined): RegistryState {
  if (added === undefined) return state;
  if (decision === 'promote' || decision === 'bootstrap') return promote(state, added.n);
  return decision === 'reject' ? reject(state, added.n) : state;
}

function additionOf({ candidate, card, now }: EvaluationRequest): Addition {
  const { label, kind } = candidate.model;
  const { confusion, ...metrics } = candidate.metrics;
  return {
    bytes: candidate.bytes,
    card: { label, kind, created: now().toISOString(), metrics: { ...metrics, confusion: { ...confusion } }, ...card },
  };
}

function asError(verdict: Verdict, reason: say.GateReason): Verdict {
  return { ...verdict, decision: 'error', reasons: [reason] };
}
