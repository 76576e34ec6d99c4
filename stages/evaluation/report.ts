/**
 * artifacts/report.html: how good the candidate is, on one page that needs no network and no script.
 *
 * Says nothing that does not follow from the candidate and the holdout: no time, no champion. The
 * comparison with the champion is no out of the stage, and stands with the evaluations.
 */
import type { CalibrationBin, CurvePoint } from '../../src/ml/curves.ts';
import type { Metrics } from '../../src/ml/metrics.ts';
import type { Holdout, ScoredModel } from '../../src/ml/score.ts';
import { renderBars } from './bars.ts';
import { type InputImportance, weightOf } from './importances.ts';
import { renderChart } from './svg.ts';
import { STYLE } from './style.ts';

export interface Curves {
  readonly roc: readonly CurvePoint[];
  readonly precisionRecall: readonly CurvePoint[];
  readonly calibration: readonly CalibrationBin[];
}

export interface Report {
  readonly candidate: ScoredModel;
  readonly holdout: Holdout;
  readonly curves: Curves;
  /** Most important first; empty where there is nothing to rank. */
  readonly inputs: readonly InputImportance[];
}

export function renderReport({ candidate, holdout, curves, inputs }: Report): string {
  const { model, metrics, sha } = candidate;
  const title = `${model.name} ${model.label}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)} on the holdout</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escape(title)}</h1>
<p>${escape(model.kind)} (${escape(model.framework)}) on a holdout of ${count(metrics.n)} rows, of which ${percent(metrics.positives / metrics.n)} are of class 1. ${escape(splitText(holdout))}</p>
<p class="sha">sha256 ${sha}</p>
</header>
<main>
<section class="tiles">${renderTiles(metrics)}</section>
<section class="cards">
${card('ROC curve', rocChart(curves, metrics), 'Dashed: guessing. The mark is the model’s own threshold.')}
${card('Precision and recall', recallChart(curves, metrics), 'Dashed: calling every row class 1.')}
${card('Calibration', calibrationChart(curves), 'On the dashed line, probabilities mean what they say.')}
${card('Confusion', renderConfusion(metrics), `Rows called class 1 from a probability of ${model.threshold.toFixed(4)} on.`)}
${renderImportances(inputs)}
</section>
</main>
</body>
</html>
`;
}

function renderTiles(metrics: Metrics): string {
  const tiles: readonly (readonly [string, number])[] = [
    ['AUC', metrics.roc_auc],
    ['F1', metrics.f1],
    ['F1 at 0.5', metrics.f1_at_half],
    ['Precision', metrics.precision],
    ['Recall', metrics.recall],
    ['Accuracy', metrics.accuracy],
    ['Average precision', metrics.average_precision],
    ['Brier score', metrics.brier],
    ['Log loss', metrics.log_loss],
  ];
  return tiles.map(([name, value]) => `<dl><dt>${name}</dt><dd>${value.toFixed(4)}</dd></dl>`).join('');
}

const MOST_BARS = 12;

function renderImportances(inputs: readonly InputImportance[]): string {
  const [first] = inputs;
  if (first === undefined) return '';
  const bars = inputs.slice(0, MOST_BARS).map((input) => ({ name: escape(input.input), value: weightOf(input) }));
  const note = Number.isNaN(first.gain)
    ? 'AUC lost when the values of one input change places among the rows.'
    : 'Share of what the splits of the trees explain.';
  return card('Inputs that matter most', renderBars('Inputs that matter most', bars), note);
}

function card(title: string, body: string, note: string): string {
  return `<figure><h2>${title}</h2>${body}<figcaption>${note}</figcaption></figure>`;
}

function rocChart({ roc }: Curves, { confusion: { tp, fp, fn, tn }, recall }: Metrics): string {
  return renderChart({
    title: 'ROC curve',
    xLabel: 'false positive rate',
    yLabel: 'true positive rate',
    line: roc,
    hasDots: false,
    reference: [
      { x: 0, y: 0 },
      { x: 1, y: 1 },
    ],
    ...(tp + fn > 0 && fp + tn > 0 ? { marked: { x: fp / (fp + tn), y: recall } } : {}),
  });
}

function recallChart({ precisionRecall }: Curves, { n, positives, recall, precision }: Metrics): string {
  return renderChart({
    title: 'Precision over recall',
    xLabel: 'recall',
    yLabel: 'precision',
    line: precisionRecall,
    hasDots: false,
    reference: [
      { x: 0, y: positives / n },
      { x: 1, y: positives / n },
    ],
    marked: { x: recall, y: precision },
  });
}

function calibrationChart({ calibration }: Curves): string {
  return renderChart({
    title: 'Calibration',
    xLabel: 'mean probability',
    yLabel: 'share of class 1',
    line: calibration.map((bin) => ({ x: bin.mean_probability, y: bin.positive_rate })),
    hasDots: true,
    reference: [
      { x: 0, y: 0 },
      { x: 1, y: 1 },
    ],
  });
}

function renderConfusion({ n, confusion: { tn, fp, fn, tp } }: Metrics): string {
  const cell = (rows: number, isRight: boolean) =>
    `<td class="${isRight ? 'right' : 'wrong'}">${count(rows)}<small>${percent(rows / n)}</small></td>`;
  return `<table class="confusion"><thead><tr><td></td><th scope="col">called 0</th><th scope="col">called 1</th></tr></thead><tbody><tr><th scope="row">is 0</th>${cell(tn, true)}${cell(fp, false)}</tr><tr><th scope="row">is 1</th>${cell(fn, false)}${cell(tp, true)}</tr></tbody></table>`;
}

function splitText({ split }: Holdout): string {
  if (split.method === 'given') return 'The rows were split by hand.';
  return split.method === 'hash'
    ? `The split is by hash of the ${split.key} with salt ${split.salt}, so a row stays on its side when data grows.`
    : `The split is random with seed ${split.seed}: for benchmarks only.`;
}

/** 12345 as 12,345; by hand, since locales differ between machines and these bytes are digested. */
const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
