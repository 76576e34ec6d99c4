/**
 * Stage 2: the four raw tables of each year become one row of 28 features an accident, split into
 * training rows and holdout. The rules are the original project's (docs/data.md).
 */
import { join } from 'node:path';
import { digestOf } from '../src/lib/digest.ts';
import type { Digest } from '../src/lib/digest.ts';
import { err, ok } from '../src/lib/result.ts';
import { matrixOf } from '../src/ml/matrix.ts';
import { createCellReader } from './accidents/cells.ts';
import { renderDataPage } from './accidents/data-page.ts';
import { createReport } from './accidents/data-report.ts';
import type { YearCount } from './accidents/data-report.ts';
import { buildRows, findLackingColumns } from './accidents/feature-rows.ts';
import type { FeatureRow } from './accidents/feature-rows.ts';
import { FEATURE_NAMES } from './accidents/features.ts';
import { impute } from './accidents/impute.ts';
import { tableFile, TABLE_NAMES } from './accidents/layout.ts';
import { readOrigin } from './accidents/origin.ts';
import type { OriginKind } from './accidents/origin.ts';
import { findYears, readRaw } from './accidents/raw-folder.ts';
import { findVictims } from './accidents/victims.ts';
import { parseYear } from './accidents/year-tables.ts';
import type { RawFiles } from './accidents/year-tables.ts';
import { renderFeatures } from './lib/feature-file.ts';
import { readParams } from './lib/params.ts';
import type { Checked } from './lib/problem.ts';
import { runProgram } from './lib/program.ts';
import type { ProgramContext } from './lib/program.ts';
import { publishFiles, renderJson } from './lib/publish.ts';
import { holdoutOf, readSplitParams } from './lib/split.ts';
import { digestHoldout, PREPROCESSED, TARGET } from './lib/training-data.ts';

const HELP = `
Usage: tsx stages/preprocess.ts

Joins the raw tables to one row of 28 features an accident and splits the rows.

Reads    data/raw/{caracteristiques,lieux,usagers,vehicules}-<year>.csv
         params.yaml: preprocess.split      hash (by accident number) or random (benchmarks)
                      preprocess.test_size  share of rows in the holdout
                      preprocess.salt       of the hash: another salt, another holdout
                      preprocess.seed       of the random split
Writes   data/preprocessed/{X_train,X_test,y_train,y_test}.csv and split.json
         artifacts/data_report.{json,html}: where the tables come from, rows in, rows dropped by
         which rule, values missing and filled, how often each value occurs
`;

/** What of an accident decides its side of the split. */
const SPLIT_KEY = 'accident number';

await runProgram({ name: 'preprocess', help: HELP, run: preprocess });

async function preprocess({ progress }: ProgramContext): Promise<Checked<void>> {
  const split = await readParams((params) => readSplitParams(params, SPLIT_KEY));
  if (!split.ok) return split;
  const data = await readAllYears(progress);
  if (!data.ok) return data;
  const { rows, counts, origin } = data.value;
  const isHeld = holdoutOf(
    split.value,
    rows.map(({ accident }) => accident),
  );
  const train = rows.filter((_, i) => isHeld[i] === false);
  const test = rows.filter((_, i) => isHeld[i] === true);
  if (train.length === 0 || test.length === 0) {
    const message = `${rows.length} rows leave ${train.length} for training and ${test.length} for the holdout`;
    return err([{ file: PREPROCESSED, message }]);
  }
  const counted = createReport({ origin, years: counts, train, test });
  const imputed = impute(
    train.map(({ values }) => values),
    test.map(({ values }) => values),
  );
  const report = { ...counted, imputed };
  const held = renderSide('test', test);
  const holdout = digestHoldout(held.map(([, content]) => content));
  const claim = { ...split.value, holdout, origin: report.source.description };
  await publishFiles(
    new Map([
      ...renderSide('train', train),
      ...held,
      [join(PREPROCESSED, 'split.json'), renderJson(claim)],
      ['artifacts/data_report.json', renderJson(report)],
      ['artifacts/data_report.html', renderDataPage(report)],
    ]),
  );
  progress(`${train.length} training rows, ${test.length} in the holdout; ${report.source.description}`);
  return ok(undefined);
}

interface AllYears {
  readonly rows: readonly FeatureRow[];
  readonly counts: readonly YearCount[];
  readonly origin: OriginKind;
}

async function readAllYears(progress: ProgramContext['progress']): Promise<Checked<AllYears>> {
  const years = await findYears();
  if (!years.ok) return years;
  const digests = new Map<string, Digest>();
  const parts: YearRows[] = [];
  for (const year of years.value) {
    const raw = await readRawYear(year);
    for (const table of TABLE_NAMES) digests.set(tableFile(table, year), digestOf(raw[table].bytes));
    const part = makeRows(year, raw);
    if (!part.ok) return part;
    parts.push(part.value);
    progress(`${year}: ${part.value.count.accidents} accidents, ${part.value.rows.length} rows`);
  }
  const counts = parts.map(({ count }) => count);
  return ok({ rows: parts.flatMap(({ rows }) => rows), counts, origin: await readOrigin(digests) });
}

async function readRawYear(year: number): Promise<RawFiles> {
  const [caracteristiques, lieux, usagers, vehicules] = await Promise.all([
    readRaw('caracteristiques', year),
    readRaw('lieux', year),
    readRaw('usagers', year),
    readRaw('vehicules', year),
  ]);
  return { caracteristiques, lieux, usagers, vehicules };
}

interface YearRows {
  readonly rows: readonly FeatureRow[];
  readonly count: YearCount;
}

function makeRows(year: number, raw: RawFiles): Checked<YearRows> {
  const tables = parseYear(year, raw);
  if (!tables.ok) return tables;
  const lacking = findLackingColumns(tables.value, year);
  if (lacking.length > 0) return err(lacking);
  const cells = createCellReader();
  const { victims, withoutUser } = findVictims(tables.value, cells);
  const { rows, dropped } = buildRows(tables.value, victims, cells);
  if (cells.problems.length > 0) return err(cells.problems);
  const count = {
    year,
    accidents: tables.value.caracteristiques.rows,
    lieux: tables.value.lieux.rows,
    usagers: tables.value.usagers.rows,
    vehicules: tables.value.vehicules.rows,
    withoutUser,
    dropped,
  };
  return ok({ rows, count });
}

function renderSide(side: 'train' | 'test', rows: readonly FeatureRow[]): readonly (readonly [string, string])[] {
  const features = matrixOf(rows.map(({ values }) => values));
  const target = matrixOf(rows.map((row) => [row.target]));
  return [
    [join(PREPROCESSED, `X_${side}.csv`), renderFeatures({ columns: FEATURE_NAMES, matrix: features })],
    [join(PREPROCESSED, `y_${side}.csv`), renderFeatures({ columns: [TARGET], matrix: target })],
  ];
}
