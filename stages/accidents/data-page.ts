/**
 * artifacts/data_report.html: the data report as one page that needs no network and no script. Says
 * nothing that the JSON does not say, and first of all where the data comes from.
 */
import { STYLE } from '../evaluation/style.ts';
import type { DataReport } from './data-report.ts';
import { FEATURE_TITLES } from './feature-titles.ts';
import { renderMarginal } from './marginal-chart.ts';

export function renderDataPage(report: DataReport): string {
  const { source, marginals } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Accident data (${source.kind})</title>
<style>${STYLE}${OWN_STYLE}</style>
</head>
<body>
<header>
<h1>Accident data</h1>
<p class="source ${source.kind}">${sentence(source.description)}</p>
<p>One row is one accident, described by its worst-hit user; severe means killed or taken to hospital.</p>
</header>
<main>
<section class="tiles">${renderTiles(report)}</section>
<section class="cards small">
${card('Tables read', renderTables(report), 'Rows of caracteristiques, lieux, vehicules and usagers; of several roads of an accident the first counts.')}
${card('Accidents that make no row', renderDropped(report), 'Counted under the first rule that hits.')}
${card('Missing values', renderMissing(report), 'Filled with the commonest value of the training rows, or left empty.')}
</section>
<h2 class="section">The ${marginals.length} features</h2>
<p class="legend"><span class="swatch bar-swatch"></span> how many rows have the value <span class="swatch dot-swatch"></span> share of severe accidents among them. Where there are many values, bars hold about a tenth of the rows.</p>
<section class="cards small">
${marginals.map((marginal) => card(`${marginal.feature}: ${FEATURE_TITLES[marginal.feature] ?? ''}`, renderMarginal(marginal))).join('\n')}
</section>
</main>
</body>
</html>
`;
}

function renderTiles({ tables, rows: { train, test } }: DataReport): string {
  const accidents = tables.reduce((sum, { caracteristiques }) => sum + caracteristiques, 0);
  const rows = train.rows + test.rows;
  const years = tables.map(({ year }) => year);
  const tiles = [
    [years.length === 1 ? 'year' : 'years', years.length <= 1 ? years.join() : `${years[0]} … ${years.at(-1)}`],
    ['accidents', count(accidents)],
    ['rows', count(rows)],
    ['for training', count(train.rows)],
    ['holdout', count(test.rows)],
    ['severe', percent((train.positives + test.positives) / rows)],
  ];
  return tiles.map(([name, value]) => `<dl><dt>${name}</dt><dd>${value}</dd></dl>`).join('');
}

function renderTables({ tables }: DataReport): string {
  const body = tables.map(({ year, caracteristiques, lieux, vehicules, usagers }) =>
    row(String(year), [caracteristiques, lieux, vehicules, usagers].map(count)),
  );
  return table(['year', 'accidents', 'roads', 'vehicles', 'users'], body);
}

function renderDropped({ dropped, tables }: DataReport): string {
  const accidents = tables.reduce((sum, { caracteristiques }) => sum + caracteristiques, 0);
  const body = Object.entries(dropped).map(([rule, rows]) => row(rule, [count(rows), percent(rows / accidents)]));
  return table(['rule', 'accidents', 'share'], body);
}

function renderMissing({ missing, imputed, rows }: DataReport): string {
  const total = rows.train.rows + rows.test.rows;
  const body = Object.entries(missing)
    .map(([feature, { train, test }]) => ({ feature, gaps: train + test }))
    .filter(({ gaps }) => gaps > 0)
    .map(({ feature, gaps }) => {
      const filling = imputed.find((imputation) => imputation.feature === feature)?.value;
      return row(feature, [count(gaps), percent(gaps / total), filling == null ? 'left empty' : String(filling)]);
    });
  if (body.length === 0) return '<p>None.</p>';
  return table(['feature', 'rows', 'share', 'filled with'], body);
}

function table(head: readonly string[], body: readonly string[]): string {
  const cells = head.map((name) => `<th scope="col">${name}</th>`).join('');
  return `<div class="scroll"><table class="counts"><thead><tr>${cells}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

function row(name: string, cells: readonly string[]): string {
  return `<tr><th scope="row">${name}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function card(title: string, content: string, caption = ''): string {
  const below = caption === '' ? '' : `<figcaption>${caption}</figcaption>`;
  return `<figure><h2>${title}</h2>${content}${below}</figure>`;
}

/** 12345 as 12,345; by hand, since locales differ between machines and these bytes are digested. */
const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const OWN_STYLE = `
.source { display: inline-block; margin: 8px 0; padding: 6px 12px; border-left: 4px solid var(--line); background: var(--card); color: var(--ink) }
.source.synthetic, .source.unknown { border-color: var(--mark); font-weight: 600 }
.section { margin: 32px 0 4px; font-size: 20px }
.legend { margin: 0 0 16px; color: var(--soft); font-size: 14px }
.swatch { display: inline-block; width: 12px; height: 12px; margin: 0 4px 0 8px; vertical-align: -1px }
.bar-swatch { background: var(--line); opacity: .55; border-radius: 2px }
.dot-swatch { background: var(--mark); border-radius: 50% }
.bar { fill: var(--line); opacity: .55 }
.small { grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)) }
.scroll { overflow-x: auto }
.counts { width: 100%; border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums }
.counts th, .counts td { padding: 6px 4px; border-bottom: 1px solid var(--rule); text-align: right; white-space: nowrap }
.counts thead th { color: var(--soft); font-weight: 500 }
.counts th:first-child { text-align: left; font-weight: 500; white-space: normal }
`;
