/**
 * The source `directory`: tables as downloaded, checked byte by byte and filed under our names.
 *
 * A stage should be a function of its declared inputs. data/incoming is one (pipeline.yaml). A folder
 * elsewhere cannot be: its files are taken, and it is said that later changes to them go unnoticed,
 * unless params.yaml pins their SHA-256. A pin that does not fit is always refused.
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

export interface DirectoryJob {
  readonly params: DirectoryParams;
  readonly progress: (text: string) => void;
}

export async function importDirectory({ params, progress }: DirectoryJob): Promise<Checked<Files>> {
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
  warnOfStrangers(params, files, progress);
  return ok(files);
}

type Files = ReadonlyMap<string, Buffer>;

function checkPin({ sha256 }: DirectoryParams, name: string, { file, bytes }: RawFile): readonly Problem[] {
  const pinned = sha256.get(name);
  const digest = digestOf(bytes);
  if (pinned === undefined || pinned === digest) return [];
  return [{ file, message: `SHA-256 is ${digest}, but params.yaml pins ${pinned}` }];
}

function warnOfStrangers(
  { directory, sha256 }: DirectoryParams,
  files: Files,
  progress: DirectoryJob['progress'],
): void {
  if (normalize(`${directory}/`).startsWith(`${DECLARED_FOLDER}/`)) return;
  if ([...files.keys()].every((name) => sha256.has(name))) return;
  const pins = [...files].map(([name, bytes]) => `${name}: ${digestOf(bytes)}`).join(', ');
  progress(`warning: ${directory} is no dependency of this stage, later changes there go unnoticed`);
  progress(`hint: put the files into ${DECLARED_FOLDER}, or pin them in params.yaml: sha256: {${pins}}`);
}
