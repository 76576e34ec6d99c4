/**
 * Fits what decides in the generator how severe an accident is, to the real tables, and writes it to
 * stages/accidents/generator/severity-statistics.ts: aggregates, no records.
 *
 * `npx tsx bench/severity.ts FOLDER`: the four tables of 2024 as import_data files them (data/raw). First a logistic model
 * of the real accidents. Then, since invented circumstances hang together more loosely than real ones, its contrast is raised
 * until learners reach what they reach on real years, and its weights are moved as little as will do towards the share of
 * severe accidents that each value has in reality. bench/marginals.ts and bench/ranks.ts measure what comes out.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGeography } from '../stages/accidents/generator/geography.ts';
import { severityBlocks } from '../stages/accidents/generator/severity-model.ts';
import { type Design, fitTotals, oddsOf } from './support/fit-totals.ts';
import { inventYear, readYear } from './support/generated-year.ts';
import { type SeverityRow, severityRows } from './support/severity-rows.ts';

const YEAR = 2024;
const INVENTED = { year: YEAR, accidents: 50_000, seed: 42 };
/** Values of fewer real rows weigh nothing. */
const LEAST_ROWS = 30;
/** Chosen so that boosted trees reach the AUC that they reach on the real tables, .83. */
const CONTRAST = 1.3;
/** As many rows' worth of doubt: less of it nears the shares more, and leaves less for who was hit to explain. */
const DOUBT = 1500;
const FIT_DOUBT = 1;
/** Whose shares of severe accidents are held (bench/marginals.ts). */
const RAKED = new Set(
  (
    'agg_ catr circ speed lum int col surf situ bends slope hour mois weekday vehicles users motorcycle bicycle scooter truck ' +
    'group age'
  ).split(' '),
);

const HEADER = `/**
 * What each value adds to the log-odds that the worst-hit user of an accident is killed or taken to hospital; the blocks are
 * those of severity-model.ts.
 *
 * Written by bench/severity.ts from the accidents of 2024, rounded: aggregate facts, no records (source and licence: docs/data.md).
 */
`;

const real = severityRows(readYear(process.argv[2] ?? '', YEAR));
const invented = severityRows(inventYear(INVENTED));
const blocks = [...new Set(real.flatMap(({ facts }) => [...severityBlocks(facts).keys()]))];
const columns = columnsOf(blocks);

const fitted = fitTotals({
  ...designOf(real, columns),
  offset: new Float64Array(real.length),
  totals: totalsOf(real, columns),
  l2: FIT_DOUBT,
});
const moved = rake();
publish();

/** Numbers of the weights, by block and value; the intercept is 0. */
function columnsOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { facts } of real)
    for (const [block, value] of severityBlocks(facts)) {
      if (names.includes(block)) counts.set(`${block}=${value}`, (counts.get(`${block}=${value}`) ?? 0) + 1);
    }
  const kept = [...counts].filter(([, count]) => count >= LEAST_ROWS).map(([key]) => key);
  return new Map(kept.sort().map((key, i) => [key, i + 1]));
}

function designOf(rows: readonly SeverityRow[], known: ReadonlyMap<string, number>): { design: Design; size: number } {
  const design = rows.map(({ facts }) => {
    const found = [...severityBlocks(facts)].map(([block, value]) => known.get(`${block}=${value}`) ?? -1);
    return Int32Array.from([0, ...found.filter((column) => column > 0)]).sort();
  });
  return { design, size: known.size + 1 };
}

function totalsOf(rows: readonly SeverityRow[], known: ReadonlyMap<string, number>): Float64Array {
  const { design, size } = designOf(rows, known);
  const totals = new Float64Array(size);
  design.forEach((row, at) => {
    if (rows[at]?.isSevere === true) for (const column of row) totals[column] = (totals[column] ?? 0) + 1;
  });
  return totals;
}

/** What is added to the fitted weights, with the intercept that gives the real share of severe accidents. */
function rake(): ReadonlyMap<string, number> {
  const raked = columnsOf(blocks.filter((block) => RAKED.has(block)));
  const { design, size } = designOf(invented, raked);
  const [rowsHere, rowsThere] = [countsOf(design, size), countsOf(designOf(real, raked).design, size)];
  const totals = totalsOf(real, raked).map((total, i) => (total * (rowsHere[i] ?? 0)) / (rowsThere[i] || 1));
  const communes = new Map(
    createGeography()
      .communes.flat()
      .map(({ code, severity }) => [code, severity]),
  );
  const whole = designOf(invented, columns).design;
  const offset = Float64Array.from(
    invented,
    ({ commune }, at) => CONTRAST * oddsOf(whole[at] ?? new Int32Array(), fitted, 0) + (communes.get(commune) ?? 0),
  );
  const weights = fitTotals({ design, size, offset, totals, l2: DOUBT });
  return new Map([['', weights[0] ?? 0], ...[...raked].map(([key, i]) => [key, weights[i] ?? 0] as const)]);
}

function countsOf(design: Design, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const row of design) for (const column of row) counts[column] = (counts[column] ?? 0) + 1;
  return counts;
}

function publish(): void {
  const texts = new Map<string, string[]>();
  for (const [key, column] of columns) {
    const [block = '', value = ''] = key.split('=');
    const weight = (CONTRAST * (fitted[column] ?? 0) + (moved.get(key) ?? 0)).toFixed(2);
    if (Number(weight) !== 0) texts.set(block, [...(texts.get(block) ?? []), `${value}:${Number(weight)}`]);
  }
  const lines = [...texts].map(([block, entries]) => `  ${block}: '${entries.join(' ')}',`);
  const intercept = (CONTRAST * (fitted[0] ?? 0) + (moved.get('') ?? 0)).toFixed(2);
  const path = join(import.meta.dirname, '../stages/accidents/generator/severity-statistics.ts');
  writeFileSync(
    path,
    `${HEADER}export const INTERCEPT = ${Number(intercept)};\n\n/** \`value:weight\`; a value without an entry weighs nothing. */\nexport const WEIGHTS: Readonly<Record<string, string>> = {\n${lines.join('\n')}\n};\n`,
  );
}
