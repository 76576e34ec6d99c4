/**
 * The ordinary outputs of evaluate: metrics, plots and the report of the candidate alone.
 *
 * Pure. Invariant: they follow from the candidate and the holdout, whoever the champion is.
 */
import { compareCodeUnits } from '../../src/lib/canonical-json.ts';
import { calibrationBins, precisionRecallCurve, rocCurve, type CurvePoint } from '../../src/ml/curves.ts';
import type { Holdout, ScoredModel } from '../../src/ml/score.ts';
import { renderJson, type Outputs } from '../lib/publish.ts';
import { type InputImportance, rankInputs } from './importances.ts';
import { renderReport, type Curves } from './report.ts';

export function renderOutputs(candidate: ScoredModel, holdout: Holdout): Outputs {
  const curves = {
    roc: rocCurve(candidate.probabilities, holdout.labels),
    precisionRecall: precisionRecallCurve(candidate.probabilities, holdout.labels),
    calibration: calibrationBins(candidate.probabilities, holdout.labels, 10),
  };
  const inputs = rankInputs(candidate.model, holdout);
  return new Map([
    ['artifacts/metrics.json', renderMetrics(candidate)],
    ...renderPlots(curves, candidate),
    ...renderImportances(inputs),
    ['artifacts/report.html', renderReport({ candidate, holdout, curves, inputs })],
  ]);
}

/** Sorted, so that a diff between two commits is a diff of values only. */
function renderMetrics({ metrics: { confusion: _, ...metrics }, model }: ScoredModel): string {
  const entries = Object.entries({ ...metrics, threshold: model.threshold });
  return renderJson(Object.fromEntries(entries.sort(([a], [b]) => compareCodeUnits(a, b))));
}

function renderPlots(curves: Curves, { metrics: { confusion } }: ScoredModel): readonly (readonly [string, string])[] {
  const { tn, fp, fn, tp } = confusion;
  const calibration = curves.calibration.map((bin) => [bin.mean_probability, bin.positive_rate, bin.n]);
  return [
    ['artifacts/plots/roc.csv', csv('false_positive_rate,true_positive_rate,threshold', rowsOf(curves.roc))],
    ['artifacts/plots/precision_recall.csv', csv('recall,precision,threshold', rowsOf(curves.precisionRecall))],
    ['artifacts/plots/calibration.csv', csv('mean_probability,positive_rate,n', calibration)],
    [
      'artifacts/plots/confusion.csv',
      csv('actual,predicted,n', [
        [0, 0, tn],
        [0, 1, fp],
        [1, 0, fn],
        [1, 1, tp],
      ]),
    ],
  ];
}

function renderImportances(inputs: readonly InputImportance[]): readonly (readonly [string, string])[] {
  if (inputs.length === 0) return [];
  const rows = inputs.map(({ input, gain, permutation }) => [input, gain, permutation]);
  return [['artifacts/plots/importance.csv', csv('input,gain,permutation', rows)]];
}

const rowsOf = (points: readonly CurvePoint[]) => points.map(({ x, y, threshold }) => [x, y, threshold]);

/** A threshold above every probability is infinite: an empty cell, since no plot can show it. */
function csv(header: string, rows: readonly (readonly (number | string)[])[]): string {
  const cell = (value: number | string): string =>
    typeof value === 'string' || Number.isFinite(value) ? String(value) : '';
  const lines = rows.map((row) => row.map(cell).join(','));
  return `${[header, ...lines].join('\n')}\n`;
}
