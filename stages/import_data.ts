/**
 * Stage 1: the four raw tables of each year, invented or as downloaded, filed under data/raw in one
 * spelling. What is no sound table is refused here, by file, line and column.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ok } from '../src/lib/result.ts';
import { importDirectory } from './accidents/directory-source.ts';
import { generateYear } from './accidents/generator/generate.ts';
import { readImportParams } from './accidents/import-params.ts';
import type { ImportParams } from './accidents/import-params.ts';
import { tableFile } from './accidents/layout.ts';
import { isTableFile, RAW_FOLDER } from './accidents/raw-folder.ts';
import { readParams } from './lib/params.ts';
import type { Checked } from './lib/problem.ts';
import { runProgram } from './lib/program.ts';
import type { ProgramContext } from './lib/program.ts';
import { publishFiles } from './lib/publish.ts';

const HELP = `
Usage: tsx stages/import_data.ts

Gets the four tables of each year: invented ones by default, which needs no network.

Reads    params.yaml: import_data.source     synthetic | directory
                      import_data.years      [2024]
                      import_data.accidents  synthetic: how many a year
                      import_data.seed       synthetic: another seed, other accidents
                      import_data.directory  directory: folder with the tables as downloaded
                      import_data.sha256     directory: {lieux-2024.csv: <digest>, ...}; needed for a
                                             folder other than data/incoming
Writes   data/raw/{caracteristiques,lieux,usagers,vehicules}-<year>.csv
`;

await runProgram({ name: 'import_data', help: HELP, run: importData });

async function importData({ progress }: ProgramContext): Promise<Checked<void>> {
  const params = await readParams(readImportParams);
  if (!params.ok) return params;
  const files = await getTables(params.value);
  if (!files.ok) return files;
  await publishFiles(new Map([...files.value].map(([name, content]) => [join(RAW_FOLDER, name), content])));
  // Only now: a year that is no longer wanted must not be learnt from, and must not be lost by a failure.
  for (const name of await readdir(RAW_FOLDER)) {
    if (isTableFile(name) && !files.value.has(name)) await rm(join(RAW_FOLDER, name));
  }
  progress(`${params.value.source}: ${params.value.years.join(', ')}, ${files.value.size} tables`);
  return ok(undefined);
}

async function getTables(params: ImportParams): Promise<Checked<ReadonlyMap<string, string | Buffer>>> {
  if (params.source === 'directory') return importDirectory(params);
  const { years, accidents, seed } = params;
  const files = years.flatMap((year) =>
    [...generateYear({ year, accidents, seed })].map(([table, text]) => [tableFile(table, year), text] as const),
  );
  return ok(new Map(files));
}
