/**
 * Stage 2: the four raw tables of each year become one row of 28 features an accident, split into
 * training rows and holdout. The rules are the original project's (docs/data.md).
 */
import { join } from 'node:path';
import { err, ok } from '../src/lib/result.ts';
import type { SplitId } from '../src/ml/model.ts';
import { matrixOf } from '../src/ml/matrix.ts';
import { createCellReader } from './accidents/cells.ts';
import { createReport } from './accidents/data-report.ts';
import type { YearCount } from './accidents/data-report.ts';
import { buildRows, findLackingColumns } from './accidents/feature-rows.ts';
import type { FeatureRow } from './accidents/feature-rows.ts';
import { FEATURE_NAMES } from './accidents/features.ts';
import { impute } from './accidents/impute.ts';
import { findYears, readRaw } from './accidents/raw-folder.ts';
import { holdoutOf, SPLIT_KEY } from './accidents/split.ts';
import { findVictims } from './accidents/victims.ts';
import { parseYear } from './accidents/year-tables.ts';
import { renderFeatures } from './lib/feature-file.ts';
import { readParams } from './lib/params.ts';
import type { ParamReader } from './lib/params.ts';
import type { Checked } from './lib/problem.ts';
import { runProgram } from './lib/program.ts';
import type { ProgramContext } from './lib/program.ts';
import { publishFiles, renderJson } from './lib/publish.ts';
import { PREPROCESSED, TARGET } from './lib/training-data.ts';

const HELP = `
Usage: tsx stages/preprocess.ts

Joins the raw tables to one row of 28 features an accident and splits the rows.

Reads    data/raw/{caracteristiques,lieux,usagers,vehicules}-<year>.csv
         params.yaml: preprocess.split      hash (by accident number) or random (benchmarks)
                      preprocess.test_size  share of rows in the holdout
                      preprocess.salt       of the hash: another salt, another holdout
                      preprocess.seed       of the random split
Writes   data/preprocessed/{X_train,X_test,y_train,y_test}.csv and split.json
         artifacts/data_report.json: rows in, rows dropped by which rule, values missing and filled
`;

await runProgram({ name: 'preprocess', help: HELP, run: preprocess });

async function preprocess({ progress }: ProgramContext): Promise<Checked<void>> {
  const split = await readParams(readSplitParams);
  if (!split.ok) return split;
  const years = await findYears();
  if (!years.ok) return years;
  const rows: FeatureRow[] = [];
  const counts: YearCount[] = [];
  for (const year of years.value) {
    const read = await readYear(year);
    if (!read.ok) return read;
    for (const row of read.value.rows) rows.push(row);
    counts.push(read.value.count);
    progress(`${year}: ${read.value.count.accidents} accidents, ${read.value.rows.length} rows`);
  }
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
  const report = createReport({ years: counts, train, test });
  const imputed = impute(
    train.map(({ values }) => values),
    test.map(({ values }) => values),
  );
  await publishFiles(
    new Map([
      ...renderSide('train', train),
      ...renderSide('test', test),
      [join(PREPROCESSED, 'split.json'), renderJson(split.value)],
      ['artifacts/data_report.json', renderJson({ ...report, imputed })],
    ]),
  );
  progress(`${train.length} training rows, ${test.length} in the holdout`);
  return ok(undefined);
}

function readSplitParams(params: ParamReader): SplitId {
  params.only('preprocess', ['split', 'test_size', 'salt', 'seed']);
  const method = params.choice('preprocess.split', ['hash', 'random']);
  const fraction = params.between('preprocess.test_size', { min: 0, max: 1 });
  const salt = params.text('preprocess.salt');
  const seed = params.integer('preprocess.seed', { min: 0, max: 4294967295 });
  return method === 'hash' ? { method, salt, fraction, key: SPLIT_KEY } : { method, seed, fraction };
}

async function readYear(year: number): Promise<Checked<{ rows: readonly FeatureRow[]; count: YearCount }>> {
  const [caracteristiques, lieux, usagers, vehicules] = await Promise.all([
    readRaw('caracteristiques', year),
    readRaw('lieux', year),
    readRaw('usagers', year),
    readRaw('vehicules', year),
  ]);
  const tables = parseYear(year, { caracteristiques, lieux, usagers, vehicules });
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
