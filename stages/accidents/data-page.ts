/**
 * artifacts/data_report.html: the data report as one page that needs no network and no script. Says
 * nothing that the JSON does not say, and first of all where the data comes from.
 */
import { capitalized, card, count, percent, renderPage, renderTable, renderTiles } from '../evaluation/html.ts';
import type { DataReport } from './data-report.ts';
import { FEATURE_TITLES } from './feature-titles.ts';
import { renderMarginal } from './marginal-chart.ts';

export function renderDataPage(report: DataReport): string {
  const { source, marginals } = report;
  return renderPage({
    title: `Accident data (${source.kind})`,
    style: OWN_STYLE,
    header: `<h1>Accident data</h1>
<p class="source ${source.kind}">${capitalized(source.description)}.</p>
<p>One row is one accident, described by its worst-hit user; severe means killed or taken to hospital.</p>`,
    main: `${renderNumbers(report)}
<section class="cards small">
${card('Tables read', renderTables(report), 'Rows of caracteristiques, lieux, vehicules and usagers; of several roads of an accident the first counts.')}
${card('Accidents that make no row', renderDropped(report), 'Counted under the first rule that hits.')}
${card('Missing values', renderMissing(report), 'Filled with the commonest value of the training rows, or left empty.')}
</section>
<h2>The ${marginals.length} features</h2>
<p class="legend"><span class="swatch bar-swatch"></span> how many rows have the value <span class="swatch dot-swatch"></span> share of severe accidents among them. Where there are many values, bars hold about a tenth of the rows.</p>
<section class="cards small">
${marginals.map((marginal) => card(`${marginal.feature}: ${FEATURE_TITLES[marginal.feature] ?? ''}`, renderMarginal(marginal))).join('\n')}
</section>`,
  });
}

function renderNumbers({ tables, rows: { train, test } }: DataReport): string {
  const accidents = tables.reduce((sum, { caracteristiques }) => sum + caracteristiques, 0);
  const rows = train.rows + test.rows;
  const years = tables.map(({ year }) => year);
  return renderTiles([
    {
      name: years.length === 1 ? 'year' : 'years',
      value: years.length <= 1 ? years.join() : `${years[0]} … ${years.at(-1)}`,
    },
    { name: 'accidents', value: count(accidents) },
    { name: 'rows', value: count(rows) },
    { name: 'for training', value: count(train.rows) },
    { name: 'holdout', value: count(test.rows) },
    { name: 'severe', value: percent((train.positives + test.positives) / rows) },
  ]);
}

function renderTables({ tables }: DataReport): string {
  const body = tables.map(({ year, caracteristiques, lieux, vehicules, usagers }) => [
    String(year),
    ...[caracteristiques, lieux, vehicules, usagers].map(count),
  ]);
  return renderTable(['year', 'accidents', 'roads', 'vehicles', 'users'], body);
}

function renderDropped({ dropped, tables }: DataReport): string {
  const accidents = tables.reduce((sum, { caracteristiques }) => sum + caracteristiques, 0);
  const body = Object.entries(dropped).map(([rule, rows]) => [rule, count(rows), percent(rows / accidents)]);
  return renderTable(['rule', 'accidents', 'share'], body);
}

function renderMissing({ missing, imputed, rows }: DataReport): string {
  const total = rows.train.rows + rows.test.rows;
  const body = Object.entries(missing)
    .map(([feature, { train, test }]) => ({ feature, gaps: train + test }))
    .filter(({ gaps }) => gaps > 0)
    .map(({ feature, gaps }) => {
      const filling = imputed.find((imputation) => imputation.feature === feature)?.value;
      return [feature, count(gaps), percent(gaps / total), filling == null ? 'left empty' : String(filling)];
    });
  if (body.length === 0) return '<p>None.</p>';
  return renderTable(['feature', 'rows', 'share', 'filled with'], body);
}

const OWN_STYLE = `
.source { display: inline-block; margin: 8px 0; padding: 6px 12px; border-left: 4px solid var(--line); background: var(--card); color: var(--ink) }
.source.synthetic, .source.unknown { border-color: var(--mark); font-weight: 600 }
.bar-swatch { background: var(--line); opacity: .55 }
.dot-swatch { background: var(--mark); border-radius: 50% }
.bar { opacity: .55 }
.small { grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)) }
`;
