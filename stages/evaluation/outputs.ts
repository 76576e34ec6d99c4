/**
 * The ordinary outputs of evaluate: metrics, plots and the report of the candidate alone.
 *
 * Pure. Invariant: they follow from the candidate and the holdout, whoever the champion is.
 */
import { compareCodeUnits } from '../../src/lib/canonical-json.ts';
import type { CurvePoint } from '../../src/ml/curves.ts';
import { renderJson, type Outputs } from '../lib/publish.ts';
import type { ModelFigures } from './figures.ts';
import { renderFigures } from './figures-json.ts';
import { renderReport } from './report.ts';
import type { Evaluated } from './subject.ts';

export function renderOutputs(figures: ModelFigures, evaluated: Evaluated): Outputs {
  return new Map([
    ['artifacts/metrics.json', renderMetrics(figures)],
    ...renderPlots(figures),
    ...renderImportances(figures),
    ['artifacts/report.json', renderFigures(figures)],
    ['artifacts/report.html', renderReport(figures, evaluated)],
  ]);
}

/** Sorted, so that a diff between two commits is a diff of values only. */
function renderMetrics({ metrics: { confusion: _, ...metrics }, threshold }: ModelFigures): string {
  const entries = Object.entries({ ...metrics, threshold });
  return renderJson(Object.fromEntries(entries.sort(([a], [b]) => compareCodeUnits(a, b))));
}

function renderPlots({ curves, metrics: { confusion } }: ModelFigures): readonly (readonly [string, string])[] {
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

function renderImportances({ importances }: ModelFigures): readonly (readonly [string, string])[] {
  if (importances.length === 0) return [];
  const rows = importances.map(({ input, gain, permutation }) => [input, gain, permutation]);
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
