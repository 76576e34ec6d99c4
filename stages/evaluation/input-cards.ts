/** The cards about the inputs: which ones a model leans on, and which moved between training and holdout. */
import type { OwnFigures } from './curve-cards.ts';
import type { ModelFigures } from './figures.ts';
import { card, escape, percent, renderTable } from './html.ts';
import { weightOf, type InputImportance } from './importances.ts';
import { renderBars } from './bars.ts';
import type { Subject } from './subject.ts';

type Titles = Readonly<Record<string, string>>;

export function renderInputCards(models: readonly OwnFigures[], { titles, classes }: Subject): readonly string[] {
  const candidate = models.at(-1)?.figures;
  if (candidate === undefined) return [];
  return [
    ...importanceCards(models, candidate, titles),
    ...termCards(candidate, classes),
    driftCard(candidate, titles),
  ];
}

const MOST_BARS = 12;

function importanceCards(models: readonly OwnFigures[], candidate: ModelFigures, titles: Titles): readonly string[] {
  const { importances } = candidate;
  const [first] = importances;
  if (first === undefined) return [];
  const others = models.slice(0, -1).map(({ owner, figures }) => ({ owner, byName: byName(figures.importances) }));
  const bars = importances.slice(0, MOST_BARS).map((importance) => ({
    name: escape(importance.input),
    values: [
      { owner: 'candidate' as const, value: weightOf(importance) },
      ...others.map(({ owner, byName }) => ({ owner, value: weightAt(byName, importance.input) })),
    ],
  }));
  const note = Number.isNaN(first.gain)
    ? 'AUC lost when the values of one input change places among the rows.'
    : 'Share of what the splits of the trees explain.';
  const top = importances.slice(0, MOST_BARS).map(({ input, gain, permutation }) => {
    const name = titleOf(input, titles);
    return [name, Number.isNaN(gain) ? '–' : percent(gain), Number.isNaN(permutation) ? '–' : permutation.toFixed(4)];
  });
  return [
    card('Inputs that matter most', renderBars('Inputs that matter most', bars), note),
    card(
      'The same in numbers',
      renderTable(['input', 'explains', 'AUC lost without'], top),
      'An input may explain much and yet be lost without harm, when others say the same.',
    ),
  ];
}

function termCards({ terms }: ModelFigures, [negative, positive]: Subject['classes']): readonly string[] {
  if (terms === null) return [];
  const bars = (title: string, list: readonly { readonly term: string; readonly weight: number }[]) =>
    card(
      title,
      renderBars(
        title,
        list.map(({ term, weight }) => ({
          name: escape(term),
          values: [{ owner: 'candidate', value: Math.abs(weight) }],
        })),
      ),
      'How far one such term, alone in a text, moves the log-odds.',
    );
  return [
    bars(`Terms that speak for ${escape(positive)}`, terms.positive),
    bars(`Terms that speak for ${escape(negative)}`, terms.negative),
  ];
}

const MOST_DRIFT = 10;

function driftCard({ drift }: ModelFigures, titles: Titles): string {
  const rows = drift
    .slice(0, MOST_DRIFT)
    .map(({ input, psi, missing }) => [
      titleOf(input, titles),
      psi.toFixed(4),
      verdictOf(psi),
      `${percent(missing.training)} → ${percent(missing.now)}`,
    ]);
  const note =
    'Population stability index of each input, most moved first: below 0.1 the holdout looks as the training rows did, above 0.25 the model is asked about another world.';
  return card(
    'From training to holdout',
    renderTable(['input', 'index', '', 'missing'], rows),
    drift.length > MOST_DRIFT ? `${note} ${drift.length - MOST_DRIFT} more moved less; all stand in the JSON.` : note,
  );
}

const verdictOf = (psi: number): string => (psi < 0.1 ? 'steady' : psi < 0.25 ? 'shifted' : 'another world');

function titleOf(input: string, titles: Titles): string {
  const title = titles[input];
  return title === undefined ? escape(input) : `${escape(input)}<small>${escape(title)}</small>`;
}

const byName = (importances: readonly InputImportance[]): ReadonlyMap<string, InputImportance> =>
  new Map(importances.map((importance) => [importance.input, importance]));

function weightAt(importances: ReadonlyMap<string, InputImportance>, input: string): number {
  const found = importances.get(input);
  return found === undefined ? Number.NaN : weightOf(found);
}
