/**
 * Stage 1: the four raw tables of each year, invented or as downloaded, filed under data/raw in one
 * spelling. What is no sound table is refused here, by file, line and column.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ok } from '../src/lib/result.ts';
import { importDirectory } from './accidents/directory-source.ts';
import { importHttp, LIMITS } from './accidents/http-source.ts';
import { generateYear } from './accidents/generator/generate.ts';
import { readImportParams } from './accidents/import-params.ts';
import type { ImportParams } from './accidents/import-params.ts';
import { FIRST_USABLE_YEAR, tableFile } from './accidents/layout.ts';
import { ORIGIN_FILE, ORIGIN_TEXTS, renderOrigin } from './accidents/origin.ts';
import { isTableFile, RAW_FOLDER } from './accidents/raw-folder.ts';
import { readParams } from './lib/params.ts';
import type { Checked } from './lib/problem.ts';
import { runProgram } from './lib/program.ts';
import type { ProgramContext } from './lib/program.ts';
import { publishFiles } from './lib/publish.ts';

const HELP = `
Usage: tsx stages/import_data.ts

Gets the four tables of each year: invented ones by default, which needs no network.

Reads    params.yaml: import_data.source     synthetic | directory | http
                      import_data.years      [2024]
                      import_data.accidents  synthetic: how many a year
                      import_data.seed       synthetic: another seed, other accidents
                      import_data.directory  directory: folder with the tables as downloaded
                      import_data.url        http: address of the folder that holds the tables
                      import_data.sha256     {lieux-2024.csv: <digest>, ...}; needed for http, advised
                                             for a folder other than data/incoming
Writes   data/raw/{caracteristiques,lieux,usagers,vehicules}-<year>.csv
         data/raw/source.json   where they come from, with their digests
`;

await runProgram({ name: 'import_data', help: HELP, run: importData });

async function importData({ progress }: ProgramContext): Promise<Checked<void>> {
  const params = await readParams(readImportParams);
  if (!params.ok) return params;
  const files = await getTables(params.value, progress);
  if (!files.ok) return files;
  const outputs = new Map([...files.value, [ORIGIN_FILE, renderOrigin(params.value, files.value)]]);
  await publishFiles(new Map([...outputs].map(([name, content]) => [join(RAW_FOLDER, name), content])));
  // Only now: a year that is no longer wanted must not be learnt from, and must not be lost by a failure.
  for (const name of await readdir(RAW_FOLDER)) {
    if (isTableFile(name) && !files.value.has(name)) await rm(join(RAW_FOLDER, name));
  }
  const { source, years } = params.value;
  progress(`${years.join(', ')}, ${files.value.size} tables; ${ORIGIN_TEXTS[source]}`);
  const old = years.filter((year) => year < FIRST_USABLE_YEAR);
  if (old.length > 0)
    progress(`preprocess makes no rows of ${old.join(', ')}: too few columns before ${FIRST_USABLE_YEAR}`);
  return ok(undefined);
}

type Tables = ReadonlyMap<string, string | Buffer>;

async function getTables(params: ImportParams, progress: (text: string) => void): Promise<Checked<Tables>> {
  if (params.source === 'http') return importHttp({ params, limits: LIMITS, progress });
  if (params.source === 'directory') return importDirectory({ params, progress });
  const { years, accidents, seed } = params;
  const files = years.flatMap((year) =>
    [...generateYear({ year, accidents, seed })].map(([table, text]) => [tableFile(table, year), text] as const),
  );
  return ok(new Map(files));
}
