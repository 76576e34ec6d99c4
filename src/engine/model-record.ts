/** The record of an evaluation, put together from what was compared and what came of it. Keeps it, too. */
import { v7 as uuidv7 } from 'uuid';
import type { EvaluatedModel, Evaluation } from '../core/gate-evaluation.ts';
import type { GatePolicy } from '../core/gate-policy.ts';
import type { GateReason } from '../core/gate-reason.ts';
import type { Verdict } from '../core/gate.ts';
import type { Intervals } from '../core/gate-facts.ts';
import type { VersionEntry } from '../core/registry.ts';
import { appendEvaluation } from '../store/registry-evaluation.ts';
import type { Registry } from '../store/registry.ts';
import type { Holdout, ScoredModel } from '../ml/score.ts';

export interface Occasion {
  readonly registry: Registry;
  /** The `pipe` run this is part of. */
  readonly run: string | null;
  readonly now: () => Date;
}

export interface Outcome {
  readonly verdict: Verdict;
  readonly policy: GatePolicy;
  readonly holdout: Holdout;
  readonly candidate: ScoredModel;
  readonly candidateVersion: number | null;
  readonly champion: ScoredModel | undefined;
  /** Also of a champion that could not be scored. */
  readonly championVersion: VersionEntry | undefined;
  readonly intervals: Intervals;
}

export function recordOutcome(occasion: Occasion, outcome: Outcome): Evaluation {
  const { verdict, policy, holdout, candidate, champion, intervals } = outcome;
  const positives = candidate.metrics.positives;
  return keep(occasion, {
    ...verdict,
    policy: { ...policy },
    candidate: { version: outcome.candidateVersion, sha: candidate.sha, metrics: metricsOf(candidate) },
    champion: championOf(outcome),
    deltas: champion === undefined ? {} : deltasOf(policy, candidate, champion),
    ci: withoutNaN(intervals),
    n: holdout.labels.length,
    classes: { negatives: holdout.labels.length - positives, positives },
    confusion: { candidate: candidate.metrics.confusion, champion: champion?.metrics.confusion ?? null },
    thresholds: { candidate: candidate.model.threshold, champion: champion?.model.threshold ?? null },
    split: { ...holdout.split },
    digests: holdout.digests,
  });
}

/** Nothing could be compared: the policy, the candidate or the holdout is not usable. */
export function recordFault(occasion: Occasion, reasons: readonly GateReason[]): Evaluation {
  return keep(occasion, {
    decision: 'error',
    reasons: [...reasons],
    warnings: [],
    policy: null,
    candidate: null,
    champion: null,
    deltas: {},
    ci: {},
    n: null,
    classes: null,
    confusion: { candidate: null, champion: null },
    thresholds: { candidate: null, champion: null },
    split: null,
    digests: null,
  });
}

type Findings = Omit<Evaluation, 'schema' | 'id' | 'model' | 'run' | 'created' | 'reasons' | 'warnings'> &
  Pick<Verdict, 'reasons' | 'warnings'>;

function keep({ registry, run, now }: Occasion, findings: Findings): Evaluation {
  const created = now();
  const evaluation: Evaluation = {
    schema: 1,
    id: uuidv7({ msecs: created.getTime() }),
    model: registry.model.name,
    run,
    created: created.toISOString(),
    ...findings,
    reasons: [...findings.reasons],
    warnings: [...findings.warnings],
  };
  appendEvaluation(registry, evaluation);
  return evaluation;
}

function championOf({ champion, championVersion }: Outcome): EvaluatedModel | null {
  if (championVersion === undefined) return null;
  return { version: championVersion.n, sha: championVersion.sha, metrics: champion ? metricsOf(champion) : null };
}

function metricsOf({ metrics: { confusion: _, ...metrics } }: ScoredModel): EvaluatedModel['metrics'] {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, finite(value)]));
}

function deltasOf({ metrics }: GatePolicy, candidate: ScoredModel, champion: ScoredModel): Evaluation['deltas'] {
  const deltas = metrics.map((name) => [name, finite(candidate.metrics[name] - champion.metrics[name])] as const);
  return Object.fromEntries(deltas);
}

function withoutNaN(intervals: Intervals): Evaluation['ci'] {
  const entries = Object.entries(intervals).map(([name, { low, high }]) => [
    name,
    { low: finite(low), high: finite(high) },
  ]);
  return Object.fromEntries(entries);
}

/** JSON has no NaN. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
