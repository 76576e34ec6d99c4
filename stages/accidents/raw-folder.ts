/**
 * Reads the tables that import_data filed under data/raw, year by year. Which years there are
 * follows from the file names: the folder holds exactly what import_data put there.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok } from '../../src/lib/result.ts';
import type { Checked, Problem } from '../lib/problem.ts';
import { FIRST_YEAR, LAST_YEAR, tableFile, TABLE_NAMES } from './layout.ts';
import type { TableName } from './layout.ts';
import type { RawFile } from './year-tables.ts';

export const RAW_FOLDER = 'data/raw';

/** Ascending; every year has all four tables. */
export async function findYears(): Promise<Checked<readonly number[]>> {
  const names = new Set(await readdir(RAW_FOLDER));
  const years = new Set([...names].flatMap((name) => yearIn(name)));
  const problems: Problem[] = [];
  for (const year of years) {
    for (const table of TABLE_NAMES) {
      const file = join(RAW_FOLDER, tableFile(table, year));
      if (!names.has(tableFile(table, year))) problems.push({ file, message: 'missing: run import_data' });
    }
    if (year < FIRST_YEAR || year > LAST_YEAR) problems.push({ file: RAW_FOLDER, message: `no layout for ${year}` });
  }
  if (years.size === 0) problems.push({ file: RAW_FOLDER, message: 'no tables: run import_data' });
  return problems.length > 0 ? err(problems) : ok([...years].sort((a, b) => a - b));
}

export async function readRaw(table: TableName, year: number): Promise<RawFile> {
  const file = join(RAW_FOLDER, tableFile(table, year));
  return { file, bytes: await readFile(file) };
}

export const isTableFile = (name: string): boolean => yearIn(name).length > 0;

function yearIn(name: string): readonly number[] {
  const [, table, year] = /^([a-z]+)-(\d{4})\.csv$/.exec(name) ?? [];
  return TABLE_NAMES.some((known) => known === table) ? [Number(year)] : [];
}
