/**
 * The source `directory`: tables as downloaded, checked byte by byte and filed under our names.
 *
 * A stage must be a function of its declared inputs. data/incoming is one (pipeline.yaml); files from
 * anywhere else count only when params.yaml pins their SHA-256, and are refused otherwise.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { digestOf } from '../../src/lib/digest.ts';
import { err, ok } from '../../src/lib/result.ts';
import type { Checked, Problem } from '../lib/problem.ts';
import { findTables } from './download-folder.ts';
import type { ImportParams } from './import-params.ts';
import { tableFile, TABLE_NAMES } from './layout.ts';
import type { TableName } from './layout.ts';
import { parseYear } from './year-tables.ts';
import type { RawFile } from './year-tables.ts';

const DECLARED_FOLDER = 'data/incoming';

type DirectoryParams = Extract<ImportParams, { source: 'directory' }>;

export async function importDirectory(params: DirectoryParams): Promise<Checked<ReadonlyMap<string, Buffer>>> {
  const listing = { folder: params.directory, names: await readdir(params.directory) };
  const files = new Map<string, Buffer>();
  for (const year of params.years) {
    const names = findTables(listing, year);
    if (!names.ok) return names;
    const read = async (table: TableName): Promise<RawFile> => {
      const file = join(params.directory, names.value[table]);
      return { file, bytes: await readFile(file) };
    };
    const raw = {
      caracteristiques: await read('caracteristiques'),
      lieux: await read('lieux'),
      usagers: await read('usagers'),
      vehicules: await read('vehicules'),
    };
    const strangers = TABLE_NAMES.flatMap((table) => checkPin(params, tableFile(table, year), raw[table]));
    if (strangers.length > 0) return err(strangers);
    const tables = parseYear(year, raw);
    if (!tables.ok) return tables;
    for (const table of TABLE_NAMES) files.set(tableFile(table, year), raw[table].bytes);
  }
  return ok(files);
}

function checkPin({ directory, sha256 }: DirectoryParams, name: string, { file, bytes }: RawFile): readonly Problem[] {
  const pinned = sha256.get(name);
  const isDeclared = normalize(`${directory}/`).startsWith(`${DECLARED_FOLDER}/`);
  if (pinned === undefined && isDeclared) return [];
  const digest = digestOf(bytes);
  if (pinned === digest) return [];
  const message =
    pinned === undefined
      ? `outside ${DECLARED_FOLDER}: pin it in params.yaml, import_data.sha256: {${name}: ${digest}}`
      : `SHA-256 is ${digest}, but params.yaml pins ${pinned}`;
  return [{ file, message }];
}
