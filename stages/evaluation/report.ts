/**
 * artifacts/report.html: how good the candidate is, on one page that needs no network and no script.
 *
 * Says nothing that does not follow from the candidate and the holdout: no time, no champion. The comparison
 * with the champion is no out of the stage, and stands with the evaluations (comparison-page).
 */
import type { Holdout } from '../../src/ml/score.ts';
import { renderCurveCards, type OwnFigures } from './curve-cards.ts';
import type { ModelFigures } from './figures.ts';
import { count, escape, percent, renderPage, renderTiles, section } from './html.ts';
import { renderInputCards } from './input-cards.ts';
import { renderSliceCards } from './slice-cards.ts';
import type { Evaluated, Subject } from './subject.ts';

export function renderReport(figures: ModelFigures, { holdout, subject }: Evaluated): string {
  const title = escape(`${figures.name} ${figures.label}`);
  const models: readonly OwnFigures[] = [{ owner: 'candidate', figures }];
  return renderPage({
    title: `${title} on the holdout`,
    header: `<h1>${title}</h1>
<p>${escape(subject.question)} This page shows how well the model answers, on ${count(figures.metrics.n)} ${escape(subject.rows)} that were kept away from its training (the <em>holdout</em>).</p>
${renderFacts(figures, { holdout, subject })}`,
    main: [renderScores(figures, subject), ...renderSections(models, subject), renderEnd('report.json')].join('\n'),
  });
}

/** What both pages say of a model and its holdout. */
export function renderFacts({ kind, framework, sha, metrics }: ModelFigures, { holdout, subject }: Evaluated): string {
  const origin = subject.origin === undefined ? '' : `<p class="origin">${escape(subject.origin)}</p>\n`;
  return `${origin}<p>${escape(kind)} (${escape(framework)}). ${percent(metrics.positives / metrics.n)} of the holdout are ${escape(subject.classes[1])}. ${escape(splitText(holdout))}</p>
<p class="sha">sha256 ${sha}</p>`;
}

export function renderSections(models: readonly OwnFigures[], subject: Subject): readonly string[] {
  const slices = renderSliceCards(models);
  const whole = section({
    title: 'How it decides',
    lead: 'What the model makes of the holdout as a whole.',
    cards: renderCurveCards(models, subject.classes),
  });
  const groups = section({
    title: 'Where it is good, and where not',
    lead: 'The same, group by group: one figure for all rows can hide a group that the model fails.',
    cards: slices,
    isWide: true,
  });
  const inputs = section({
    title: 'What it looks at',
    lead: 'The inputs the model leans on, and whether they still look as they did in training.',
    cards: renderInputCards(models, subject),
  });
  return slices.length === 0 ? [whole, inputs] : [whole, groups, inputs];
}

export function renderEnd(json: string): string {
  return `<p class="end">The same figures for programs: ${json}. What the words mean: docs/learning.md; how a model is promoted: docs/promotion.md.</p>`;
}

function renderScores({ metrics, threshold }: ModelFigures, { classes }: Subject): string {
  const positive = escape(classes[1]);
  const at = `at the threshold ${threshold.toFixed(3)}`;
  const tiles: readonly (readonly [string, number, string])[] = [
    ['AUC', metrics.roc_auc, `chance that a row that is ${positive} gets more than one that is not; guessing is 0.5`],
    ['F1', metrics.f1, `of precision and recall, ${at}`],
    ['Precision', metrics.precision, `of those called ${positive}, how many are`],
    ['Recall', metrics.recall, `of those that are ${positive}, how many are found`],
    ['Accuracy', metrics.accuracy, 'answers that are right'],
    ['F1 at 0.5', metrics.f1_at_half, 'with one half as threshold'],
    ['Average precision', metrics.average_precision, 'area under precision over recall'],
    ['Brier score', metrics.brier, 'mean squared error of probabilities; 0 is perfect'],
    ['Log loss', metrics.log_loss, 'the same, harder on the over-sure'],
  ];
  return renderTiles(tiles.map(([name, value, note]) => ({ name, value: value.toFixed(4), note })));
}

function splitText({ split }: Holdout): string {
  if (split.method === 'given') return 'The rows were split by hand.';
  return split.method === 'hash'
    ? `The split is by hash of the ${split.key} with salt ${split.salt}, so a row stays on its side when data grows.`
    : `The split is random with seed ${split.seed}: for benchmarks only.`;
}
