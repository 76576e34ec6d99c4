/**
 * The figures of the reports as JSON: what artifacts/report.json and registry/evaluations/<id>.report.json hold.
 * Curves are thinned to what a drawing can show; the plots under artifacts/plots have every point.
 */
import type { CurvePoint } from '../../src/ml/curves.ts';
import type { Comparison } from './comparison-page.ts';
import type { ModelFigures } from './figures.ts';
import { thin } from './svg.ts';

export function renderFigures(figures: ModelFigures): string {
  return render({ schema: 1, ...plain(figures) });
}

export function renderComparisonFigures({ evaluation, candidate, champion }: Comparison): string {
  const { id, model, created, decision, reasons, warnings, deltas, ci } = evaluation;
  return render({
    schema: 1,
    id,
    model,
    created,
    decision,
    reasons,
    warnings,
    deltas,
    ci,
    versions: { candidate: evaluation.candidate?.version ?? null, champion: evaluation.champion?.version ?? null },
    candidate: plain(candidate),
    champion: champion === undefined ? null : plain(champion),
  });
}

function plain({ curves, ...figures }: ModelFigures): object {
  return {
    ...figures,
    curves: {
      roc: columnsOf(curves.roc, 'false_positive_rate', 'true_positive_rate'),
      precision_recall: columnsOf(curves.precisionRecall, 'recall', 'precision'),
      calibration: curves.calibration,
    },
  };
}

function columnsOf(points: readonly CurvePoint[], x: string, y: string): object {
  const kept = thin(points);
  return {
    [x]: kept.map((point) => point.x),
    [y]: kept.map((point) => point.y),
    threshold: kept.map(({ threshold }) => (Number.isFinite(threshold) ? threshold : null)),
  };
}

/** A list of numbers on one line: a person reads names, and skips what only a program wants. NaN becomes null. */
function render(value: object): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(/\[\s+((?:null|-?[\d.e+-]+)(?:,\s+(?:null|-?[\d.e+-]+))*)\s+\]/g, (_, list: string) => `[${list.replace(/\s+/g, ' ')}]`)}\n`;
}
