/**
 * Finds the four tables of a year among files as they were downloaded, whose names changed from
 * year to year: `caracteristiques-2021.csv`, `carcteristiques-2022.csv`, `caract-2023.csv`.
 *
 * Works on names alone. Two files that could be the same table are refused: neither is guessed at.
 */
import { compareCodeUnits } from '../../src/lib/canonical-json.ts';
import { err, ok } from '../../src/lib/result.ts';
import type { Checked, Problem } from '../lib/problem.ts';
import { TABLE_NAMES } from './layout.ts';
import type { TableName } from './layout.ts';

const PATTERNS: Readonly<Record<TableName, string>> = {
  caracteristiques: 'car(act|act[eé]ristiques?|cteristiques?)',
  lieux: 'lieux',
  usagers: 'usagers',
  vehicules: 'v[eé]hicules',
};

/** Where a folder cannot be listed: names to ask for, the likeliest first. */
export function officialFiles(table: TableName, year: number): readonly string[] {
  return SPELLINGS[table].map((spelling) => `${spelling}${year}.csv`);
}

const SPELLINGS: Readonly<Record<TableName, readonly string[]>> = {
  caracteristiques: [
    'caracteristiques-',
    'carcteristiques-',
    'caract-',
    'caracteristiques_',
    'Caract_',
    'Caracteristiques_',
  ],
  lieux: ['lieux-', 'lieux_', 'Lieux_'],
  usagers: ['usagers-', 'usagers_', 'Usagers_'],
  vehicules: ['vehicules-', 'vehicules_', 'Vehicules_'],
};

export interface FolderListing {
  readonly folder: string;
  readonly names: readonly string[];
}

export function findTables(
  { folder, names }: FolderListing,
  year: number,
): Checked<Readonly<Record<TableName, string>>> {
  const found = { caracteristiques: '', lieux: '', usagers: '', vehicules: '' };
  const problems: Problem[] = [];
  for (const table of TABLE_NAMES) {
    const pattern = new RegExp(`^${PATTERNS[table]}[-_ ]?${year}\\.csv$`, 'i');
    const matches = names.filter((name) => pattern.test(name.normalize('NFC'))).sort(compareCodeUnits);
    const [first, second] = matches;
    if (first === undefined) problems.push({ file: folder, message: `no ${table} file for ${year}: ${listed(names)}` });
    else if (second !== undefined)
      problems.push({ file: folder, message: `both ${first} and ${second} could be ${table} of ${year}` });
    else found[table] = first;
  }
  return problems.length > 0 ? err(problems) : ok(found);
}

function listed(names: readonly string[]): string {
  const tables = names.filter((name) => /\.csv$/i.test(name)).sort(compareCodeUnits);
  if (tables.length === 0) return 'the folder has no .csv file';
  const rest = tables.length > 8 ? ` and ${tables.length - 8} more` : '';
  return `there are ${tables.slice(0, 8).join(', ')}${rest}`;
}
