/**
 * Stage 1: reviews with a label each, invented or from files, in one file and one form. What has no
 * label is refused here, by file and line.
 */
import { ok } from '../../../src/lib/result.ts';
import { readParams } from '../../../stages/lib/params.ts';
import type { Checked } from '../../../stages/lib/problem.ts';
import { runProgram, type ProgramContext } from '../../../stages/lib/program.ts';
import { publishFiles } from '../../../stages/lib/publish.ts';
import { importDirectory } from './sentiment/directory-source.ts';
import { generateReviews } from './sentiment/generator.ts';
import { readImportParams, type ImportParams } from './sentiment/import-params.ts';
import { ORIGIN_FILE, renderOrigin } from './sentiment/origin.ts';
import { RAW_FILE, renderRaw } from './sentiment/raw-file.ts';
import type { Review } from './sentiment/review.ts';

const HELP = `
Usage: tsx stages/import_data.ts

Gets reviews with a label each: invented ones by default, which needs no network.

Reads    params.yaml: import_data.source     synthetic | directory
                      import_data.reviews    synthetic: how many
                      import_data.seed       synthetic: another seed, other reviews
                      import_data.directory  directory: folder with text<TAB>label files, CSV files with a
                                             header, or a file for each label (x.pos and x.neg)
                      import_data.sha256     directory: {reviews.tsv: <digest>, ...}; advised for a
                                             folder other than data/incoming
Writes   ${RAW_FILE}   text,label; 1 praises, 0 complains
         ${ORIGIN_FILE}   where they come from
`;

await runProgram({ name: 'import_data', help: HELP, run: importData });

async function importData({ progress }: ProgramContext): Promise<Checked<void>> {
  const params = await readParams(readImportParams);
  if (!params.ok) return params;
  const reviews = await getReviews(params.value, progress);
  if (!reviews.ok) return reviews;
  const raw = renderRaw(reviews.value);
  await publishFiles(
    new Map([
      [RAW_FILE, raw],
      [ORIGIN_FILE, renderOrigin(params.value.source, raw)],
    ]),
  );
  progress(`${params.value.source}: ${reviews.value.length} reviews`);
  return ok(undefined);
}

async function getReviews(
  params: ImportParams,
  progress: ProgramContext['progress'],
): Promise<Checked<readonly Review[]>> {
  return params.source === 'directory' ? importDirectory({ params, progress }) : ok(generateReviews(params));
}
