/**
 * All figures of one model on the holdout, as artifacts/report.json and the report of a comparison hold them.
 *
 * Pure. Invariant: they follow from the model and the holdout, whoever else is judged.
 */
import type { Digest } from '../../src/lib/digest.ts';
import {
  calibrationBins,
  precisionRecallCurve,
  rocCurve,
  type CalibrationBin,
  type CurvePoint,
} from '../../src/ml/curves.ts';
import type { Metrics } from '../../src/ml/metrics.ts';
import { isTextModel } from '../../src/ml/model.ts';
import type { ScoredModel } from '../../src/ml/score.ts';
import { strongTerms, type StrongTerms } from '../../src/ml/strong-terms.ts';
import { measureDrift, type NamedDrift } from './drift.ts';
import { rankInputs, type InputImportance } from './importances.ts';
import { measureSlices, type Slice } from './slices.ts';
import type { Evaluated } from './subject.ts';

export interface ModelFigures {
  readonly name: string;
  readonly label: string;
  readonly kind: string;
  readonly framework: string;
  readonly sha: Digest;
  readonly threshold: number;
  readonly metrics: Metrics;
  readonly curves: Curves;
  readonly slices: readonly Slice[];
  /** Most important first; empty where there is nothing to rank. */
  readonly importances: readonly InputImportance[];
  /** Between training and holdout; most moved first. */
  readonly drift: readonly NamedDrift[];
  /** For texts: the terms that speak for class 1 and for class 0. */
  readonly terms: StrongTerms | null;
}

export interface Curves {
  readonly roc: readonly CurvePoint[];
  readonly precisionRecall: readonly CurvePoint[];
  readonly calibration: readonly CalibrationBin[];
}

export function measureModel(scored: ScoredModel, { holdout, subject }: Evaluated): ModelFigures {
  const { model, sha, metrics, probabilities } = scored;
  const { labels } = holdout;
  const { name, label, kind, framework, threshold } = model;
  return {
    name,
    label,
    kind,
    framework,
    sha,
    threshold,
    metrics,
    curves: {
      roc: rocCurve(probabilities, labels),
      precisionRecall: precisionRecallCurve(probabilities, labels),
      calibration: calibrationBins(probabilities, labels, 10),
    },
    slices: measureSlices(subject.groupings, { probabilities, labels, threshold }),
    importances: rankInputs(model, holdout),
    drift: measureDrift(model, holdout),
    terms: isTextModel(model) ? strongTerms(model, TERMS) : null,
  };
}

const TERMS = 15;
