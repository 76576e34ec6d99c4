/** The cards that show how one model ranks and how sure it is, or two models over each other. */
import type { Metrics } from '../../src/ml/metrics.ts';
import type { ModelFigures } from './figures.ts';
import { card, count, escape, percent } from './html.ts';
import { renderChart, type Line, type Owner, type Point } from './svg.ts';

/** Whose figures these are. The candidate comes last, and is drawn on top. */
export interface OwnFigures {
  readonly owner: Owner;
  readonly figures: ModelFigures;
}

export function renderCurveCards(models: readonly OwnFigures[], classes: readonly [string, string]): readonly string[] {
  const [negative, positive] = classes.map(escape);
  return [
    card(
      'ROC curve',
      rocChart(models),
      `Of the rows that are ${positive}, how many are found (up), against how many of the others are called so by mistake (right), for every possible threshold. The mark is the model’s own threshold; dashed is guessing.`,
    ),
    card(
      'Precision and recall',
      recallChart(models),
      `Of the rows called ${positive}, how many are (up), against how many of all ${positive} ones are found (right). Dashed: calling every row so.`,
    ),
    card(
      'Calibration',
      calibrationChart(models),
      'Rows put together by the probability they were given, in ten steps: what share came true. On the dashed line, probabilities mean what they say.',
    ),
    ...models
      .toReversed()
      .map(({ owner, figures }) =>
        card(
          models.length === 1 ? 'Right and wrong' : `Right and wrong: ${owner}`,
          renderConfusion(figures.metrics, [negative ?? '', positive ?? '']),
          `A row is called ${positive} from a probability of ${figures.threshold.toFixed(4)} on, the threshold that was best for F1 on training rows.`,
        ),
      ),
  ];
}

const DIAGONAL: readonly [Point, Point] = [
  { x: 0, y: 0 },
  { x: 1, y: 1 },
];

function linesOf(models: readonly OwnFigures[], line: (figures: ModelFigures) => Omit<Line, 'owner'>): readonly Line[] {
  return models.map(({ owner, figures }) => ({ owner, ...line(figures) }));
}

function rocChart(models: readonly OwnFigures[]): string {
  return renderChart({
    title: 'ROC curve',
    xLabel: 'false positive rate',
    yLabel: 'true positive rate',
    lines: linesOf(models, ({ curves, metrics: { confusion, recall } }) => {
      const { tp, fp, fn, tn } = confusion;
      const hasBoth = tp + fn > 0 && fp + tn > 0;
      return { points: curves.roc, ...(hasBoth ? { marked: { x: fp / (fp + tn), y: recall } } : {}) };
    }),
    hasDots: false,
    reference: DIAGONAL,
  });
}

function recallChart(models: readonly OwnFigures[]): string {
  const { positives = 0, n = 1 } = models[0]?.figures.metrics ?? {};
  return renderChart({
    title: 'Precision over recall',
    xLabel: 'recall',
    yLabel: 'precision',
    lines: linesOf(models, ({ curves, metrics: { recall, precision } }) => ({
      points: curves.precisionRecall,
      marked: { x: recall, y: precision },
    })),
    hasDots: false,
    reference: [
      { x: 0, y: positives / n },
      { x: 1, y: positives / n },
    ],
  });
}

function calibrationChart(models: readonly OwnFigures[]): string {
  return renderChart({
    title: 'Calibration',
    xLabel: 'mean probability',
    yLabel: 'share that came true',
    lines: linesOf(models, ({ curves }) => ({
      points: curves.calibration.map((bin) => ({ x: bin.mean_probability, y: bin.positive_rate })),
    })),
    hasDots: true,
    reference: DIAGONAL,
  });
}

function renderConfusion({ n, confusion }: Metrics, [negative, positive]: readonly [string, string]): string {
  const { tn, fp, fn, tp } = confusion;
  const cell = (rows: number, isRight: boolean) =>
    `<td class="${isRight ? 'right' : 'wrong'}">${count(rows)}<small>${percent(rows / n)}</small></td>`;
  const row = (name: string, cells: string) => `<tr><th scope="row">is ${name}</th>${cells}</tr>`;
  const head = `<tr><td></td><th scope="col">called ${negative}</th><th scope="col">called ${positive}</th></tr>`;
  const body = row(negative, cell(tn, true) + cell(fp, false)) + row(positive, cell(fn, false) + cell(tp, true));
  return `<table class="confusion"><thead>${head}</thead><tbody>${body}</tbody></table>`;
}
