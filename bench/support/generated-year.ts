/** A year of invented accidents as parsed tables, and real ones from a folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GeneratorOptions, generateYear } from '../../stages/accidents/generator/generate.ts';
import { tableFile } from '../../stages/accidents/layout.ts';
import type { TableName } from '../../stages/accidents/layout.ts';
import type { Tables } from '../../stages/accidents/victims.ts';
import { parseYear } from '../../stages/accidents/year-tables.ts';

export function inventYear(options: GeneratorOptions): Tables {
  const texts = generateYear(options);
  return parse(options.year, (table) => Buffer.from(texts.get(table) ?? ''));
}

/** The four tables as `import_data` files them: `lieux-2024.csv` … */
export function readYear(folder: string, year: number): Tables {
  return parse(year, (table) => readFileSync(join(folder, tableFile(table, year))));
}

function parse(year: number, bytesOf: (table: TableName) => Buffer): Tables {
  const file = (table: TableName) => ({ file: table, bytes: bytesOf(table) });
  const parsed = parseYear(year, {
    caracteristiques: file('caracteristiques'),
    lieux: file('lieux'),
    usagers: file('usagers'),
    vehicules: file('vehicules'),
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error[0]));
  return parsed.value;
}
