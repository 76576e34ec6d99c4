/**
 * registry/evaluations/<id>.html: champion beside candidate, and what the gate made of it, for people who have to
 * judge the judgement.
 *
 * State of one deployment, as the evaluation itself: it has a time, numbers of versions, a champion.
 */
import type { Evaluation } from '../../src/index.ts';
import { summarizeEvaluation } from '../../src/index.ts';
import type { OwnFigures } from './curve-cards.ts';
import type { ModelFigures } from './figures.ts';
import { renderGains } from './gain-chart.ts';
import { capitalized, card, count, escape, points, renderPage, renderTable, section } from './html.ts';
import { renderEnd, renderFacts, renderSections } from './report.ts';
import type { Evaluated } from './subject.ts';

export interface Comparison {
  readonly evaluation: Evaluation;
  readonly candidate: ModelFigures;
  /** undefined: there was none, or it could not be scored on these rows. */
  readonly champion: ModelFigures | undefined;
}

export function renderComparison(comparison: Comparison, evaluated: Evaluated): string {
  const { evaluation, candidate, champion } = comparison;
  const { subject } = evaluated;
  const title = titleOf(comparison);
  const models: readonly OwnFigures[] = [
    ...(champion === undefined ? [] : [{ owner: 'champion' as const, figures: champion }]),
    { owner: 'candidate', figures: candidate },
  ];
  return renderPage({
    title,
    header: `<h1>${title}</h1>
<p class="verdict ${evaluation.decision}">${escape(capitalized(summarizeEvaluation(evaluation)))}</p>
<p>${escape(subject.question)} Both models were asked about the same ${count(candidate.metrics.n)} ${escape(subject.rows)}, which neither was trained on, on ${evaluation.created.slice(0, 16).replace('T', ' ')} UTC.</p>
${renderWarnings(evaluation)}${renderFacts(candidate, evaluated)}
${champion === undefined ? '' : LEGEND}`,
    main: [
      champion === undefined ? '' : renderDifference(comparison, champion),
      ...renderSections(models, subject),
      renderEnd(`${evaluation.id}.report.json, and the verdict alone in ${evaluation.id}.json`),
    ].join('\n'),
  });
}

const LEGEND =
  '<p class="legend"><span class="swatch candidate"></span>candidate <span class="swatch champion"></span>champion, the model that was in production</p>';

function titleOf({ evaluation: { model, candidate, champion } }: Comparison): string {
  const name = (version: number | null | undefined): string => (version == null ? '' : ` version ${version}`);
  const against = champion === null ? 'with nothing in production' : `against${name(champion.version)}`;
  return escape(`${model}:${name(candidate?.version)} ${against}`);
}

function renderWarnings({ warnings }: Evaluation): string {
  return warnings.map(({ text }) => `<p class="origin">${escape(capitalized(text))}</p>\n`).join('');
}

const SHOWN = [
  ['AUC', 'roc_auc'],
  ['F1', 'f1'],
  ['Precision', 'precision'],
  ['Recall', 'recall'],
  ['Accuracy', 'accuracy'],
  ['F1 at 0.5', 'f1_at_half'],
  ['Average precision', 'average_precision'],
  ['Brier score', 'brier'],
  ['Log loss', 'log_loss'],
] as const;

function renderDifference({ evaluation, candidate }: Comparison, champion: ModelFigures): string {
  const rows = SHOWN.map(([name, key]) => {
    const [now, was] = [candidate.metrics[key], champion.metrics[key]];
    return [name, was.toFixed(4), now.toFixed(4), points(now - was)];
  });
  const gains = renderGains(evaluation);
  return section({
    title: 'What was gained',
    lead: 'Candidate minus champion, in points: 1 point is 0.01.',
    cards: [
      ...(gains === '' ? [] : [card('Gain, and how sure it is', gains, gainNote(evaluation))]),
      card(
        'All scores',
        renderTable(['', 'champion', 'candidate', 'Δ points'], rows),
        'Of Brier score and log loss less is better.',
      ),
    ],
  });
}

function gainNote({ policy }: Evaluation): string {
  const least = Number(policy?.['min_improvement'] ?? 0.01);
  const allowed = -Number(policy?.['max_regression'] ?? 0.005);
  return `In points. Bars are 95 % paired bootstrap intervals of 2,000 resamples. To be promoted a gain must pass the line at ${points(least)}; no metric of the gate may fall below the dashed line at ${points(allowed)}. A bar wholly left of 0 is a loss.`;
}
