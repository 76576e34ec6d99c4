/**
 * The source `directory`: every file of texts with labels in one folder, in the order of their names.
 *
 * A stage should be a function of its declared inputs. data/incoming is one (pipeline.yaml). A folder
 * elsewhere cannot be: its files are taken, and it is said that later changes to them go unnoticed,
 * unless params.yaml pins their SHA-256. A pin that does not fit is always refused.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { compareCodeUnits } from '../../../../src/lib/canonical-json.ts';
import { digestOf } from '../../../../src/lib/digest.ts';
import { err, ok } from '../../../../src/lib/result.ts';
import type { Checked, Problem } from '../../../../stages/lib/problem.ts';
import type { ImportParams } from './import-params.ts';
import { labelInName, parseReviews, type ReviewFile } from './review-file.ts';
import type { Review } from './review.ts';

const DECLARED_FOLDER = 'data/incoming';

type DirectoryParams = Extract<ImportParams, { source: 'directory' }>;

export interface DirectoryJob {
  readonly params: DirectoryParams;
  readonly progress: (text: string) => void;
}

export async function importDirectory({ params, progress }: DirectoryJob): Promise<Checked<readonly Review[]>> {
  const { directory } = params;
  const names = await listFiles(directory);
  const unpaired = findUnpaired(directory, names);
  if (unpaired.length > 0) return err(unpaired);
  const files = await Promise.all(
    names.map(async (name) => ({ name, file: join(directory, name), bytes: await readFile(join(directory, name)) })),
  );
  const strangers = files.flatMap((source) => checkPin(params, source));
  if (strangers.length > 0) return err(strangers);
  const parsed = files.map((source) => parseReviews({ ...source, say: progress }));
  const problems = parsed.flatMap((result) => (result.ok ? [] : result.error));
  if (problems.length > 0) return err(problems);
  warnOfStrangers(params, files, progress);
  return ok(parsed.flatMap((result) => (result.ok ? result.value : [])));
}

/** Neither hidden files nor the collection's own README hold texts to learn from. */
async function listFiles(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && !/^(\.|readme)/i.test(entry.name))
    .map(({ name }) => name)
    .sort(compareCodeUnits);
}

/** Files of praise alone would leave nothing to tell it from. */
function findUnpaired(directory: string, names: readonly string[]): readonly Problem[] {
  if (names.length === 0) return [{ file: directory, message: 'no file of texts with labels is there' }];
  const labels = new Set(names.map((name) => labelInName(name) ?? 'both'));
  if (labels.has('both') || labels.size === 2) return [];
  return [{ file: directory, message: `${names.join(', ')}: the files of the other label are missing` }];
}

interface NamedFile extends ReviewFile {
  readonly name: string;
}

function checkPin({ sha256 }: DirectoryParams, { name, file, bytes }: NamedFile): readonly Problem[] {
  const pinned = sha256.get(name);
  const digest = digestOf(bytes);
  if (pinned === undefined || pinned === digest) return [];
  return [{ file, message: `SHA-256 is ${digest}, but params.yaml pins ${pinned}` }];
}

function warnOfStrangers(
  { directory, sha256 }: DirectoryParams,
  files: readonly NamedFile[],
  progress: DirectoryJob['progress'],
): void {
  if (normalize(`${directory}/`).startsWith(`${DECLARED_FOLDER}/`)) return;
  if (files.every(({ name }) => sha256.has(name))) return;
  const pins = files.map(({ name, bytes }) => `${name}: ${digestOf(bytes)}`).join(', ');
  progress(`warning: ${directory} is no dependency of this stage, later changes there go unnoticed`);
  progress(`hint: put the files into ${DECLARED_FOLDER}, or pin them in params.yaml: sha256: {${pins}}`);
}
