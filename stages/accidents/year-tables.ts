/**
 * The four tables of one year, checked together: each against its layout, every accident number
 * against the year and its form, and no accident listed twice.
 */
import { err, ok } from '../../src/lib/result.ts';
import type { Checked, Problem } from '../lib/problem.ts';
import { layoutOf, TABLE_NAMES } from './layout.ts';
import type { TableName } from './layout.ts';
import { parseTable } from './table.ts';
import type { Table } from './table.ts';
import type { Tables } from './victims.ts';

export interface RawFile {
  /** As the person knows it: messages name it. */
  readonly file: string;
  readonly bytes: Buffer;
}

export type RawFiles = Readonly<Record<TableName, RawFile>>;

export function parseYear(year: number, files: RawFiles): Checked<Tables> {
  const parsed = {
    caracteristiques: parseNamed('caracteristiques', year, files),
    lieux: parseNamed('lieux', year, files),
    usagers: parseNamed('usagers', year, files),
    vehicules: parseNamed('vehicules', year, files),
  };
  const { caracteristiques, lieux, usagers, vehicules } = parsed;
  if (caracteristiques.ok && lieux.ok && usagers.ok && vehicules.ok) {
    return ok({
      caracteristiques: caracteristiques.value,
      lieux: lieux.value,
      usagers: usagers.value,
      vehicules: vehicules.value,
    });
  }
  return err(TABLE_NAMES.flatMap((name) => (parsed[name].ok ? [] : parsed[name].error)));
}

function parseNamed(name: TableName, year: number, files: RawFiles): Checked<Table> {
  const table = parseTable({ ...files[name], layout: layoutOf(name, year) });
  if (!table.ok) return table;
  const problem =
    checkAccidents(table.value, year) ?? (name === 'caracteristiques' ? findDoubled(table.value) : undefined);
  return problem === undefined ? table : err([problem]);
}

/** A file of another year under this year's name is found here, and so is a shifted line. */
function checkAccidents(table: Table, year: number): Problem | undefined {
  const key = table.column('Num_Acc');
  const pattern = new RegExp(`^${year}\\d{8}$`);
  for (let row = 0; row < table.rows; row++) {
    const accident = table.cell(row, key);
    if (!pattern.test(accident)) {
      const message = `Num_Acc ${JSON.stringify(accident.slice(0, 40))} is not ${year} and eight digits`;
      return { ...table.place(row, key), message };
    }
  }
  return undefined;
}

function findDoubled(table: Table): Problem | undefined {
  const key = table.column('Num_Acc');
  const lines = new Map<string, number>();
  for (let row = 0; row < table.rows; row++) {
    const accident = table.cell(row, key);
    const before = lines.get(accident);
    if (before !== undefined)
      return { ...table.place(row, key), message: `accident ${accident} stands in line ${before} already` };
    lines.set(accident, row + 2);
  }
  return undefined;
}
