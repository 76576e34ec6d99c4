/** One card for each way of cutting the holdout into groups: where the model is good, and where it is not. */
import type { OwnFigures } from './curve-cards.ts';
import { card, count, escape, percent, points, renderTable } from './html.ts';
import type { GroupFigures, Slice } from './slices.ts';

export function renderSliceCards(models: readonly OwnFigures[]): readonly string[] {
  const candidate = models.at(-1)?.figures.slices ?? [];
  const champion = models.length > 1 ? models[0]?.figures.slices : undefined;
  return candidate.map((slice) =>
    renderSlice(
      slice,
      champion?.find(({ by }) => by === slice.by),
    ),
  );
}

/** More would be a list to scroll, not to read. */
const MOST_GROUPS = 16;

function renderSlice({ title, groups }: Slice, champion: Slice | undefined): string {
  const shown = groups.length <= MOST_GROUPS ? groups : largest(groups, MOST_GROUPS);
  const was = new Map(champion?.groups.map((group) => [group.label, group]));
  const head = ['', 'rows', 'share', '~mean p', 'AUC', ...(champion === undefined ? [] : ['Δ points']), '~F1'];
  const body = shown.map((group) => [
    escape(group.label),
    count(group.n),
    percent(group.positive_rate),
    percent(group.mean_probability),
    group.roc_auc === null ? '–' : group.roc_auc.toFixed(3),
    ...(champion === undefined ? [] : [difference(group, was.get(group.label))]),
    group.f1.toFixed(3),
  ]);
  const rest = groups.length - shown.length;
  const more = rest > 0 ? ` The ${shown.length} largest of ${groups.length} groups; all stand in the JSON.` : '';
  return card(`By ${escape(title)}`, renderTable(head, body), `${noteOf(champion !== undefined)}${more}`);
}

function noteOf(isCompared: boolean): string {
  const words =
    '“share” of the rows came true; “mean p”, the mean probability, is the share that was expected. AUC is left out below 30 rows.';
  return isCompared
    ? `All figures are the candidate’s. ${words} “Δ points” is its AUC less the champion’s; 1 point is 0.01.`
    : words;
}

/** In the order they had. */
function largest(groups: readonly GroupFigures[], most: number): readonly GroupFigures[] {
  const least = groups.map(({ n }) => n).toSorted((a, b) => b - a)[most - 1] ?? 0;
  return groups.filter(({ n }) => n >= least).slice(0, most);
}

const difference = (now: GroupFigures, was: GroupFigures | undefined): string =>
  now.roc_auc === null || was?.roc_auc == null ? '–' : points(now.roc_auc - was.roc_auc);
