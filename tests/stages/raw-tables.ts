/** Small raw tables for tests: a base row for each table, and what a test wants different. */
import { layoutOf, TABLE_NAMES, tableFile } from '../../stages/accidents/layout.ts';
import type { TableName } from '../../stages/accidents/layout.ts';

export type Row = Readonly<Record<string, string>>;

const BASE: Readonly<Record<TableName, string>> = {
  caracteristiques: '202400000001;05;03;2024;07:40;1;75;75101;2;1;1;3;Rue Pasteur;48,8600000000;2,3400000000',
  lieux: '202400000001;4;Rue Pasteur;0;;2;2;0;1;(1);(1);1;; -1;1;0;1;50',
  usagers: '202400000001;201\u00a0764;A01;1;1;4;1;1990;5;1; -1; -1; -1; -1; -1',
  vehicules: '202400000001;201\u00a0764;A01;1;7;0;2;1;1;1;',
};

/** Every row is the base row with these fields replaced. */
export type RawRows = Readonly<Partial<Record<TableName, readonly Row[]>>>;

export function renderTable(table: TableName, rows: readonly Row[]): string {
  const { columns: all, optional } = layoutOf(table, 2024);
  const columns = all.filter((name) => !optional.includes(name));
  const base = BASE[table].split(';');
  const lines = [columns, ...rows.map((row) => columns.map((name, i) => row[name] ?? base[i] ?? ''))];
  return lines.map((fields) => `${fields.map((field) => `"${field}"`).join(';')}\n`).join('');
}

export function renderTables(rows: RawRows): ReadonlyMap<TableName, string> {
  return new Map(TABLE_NAMES.map((table) => [table, renderTable(table, rows[table] ?? [{}])]));
}

/** By path, as import_data would have left them. */
export function rawFiles(rows: RawRows): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...renderTables(rows)].map(([table, text]) => [`data/raw/${tableFile(table, 2024)}`, text]),
  );
}
