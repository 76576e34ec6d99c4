/** Reads declared files of a revision as text; what cannot be read is told of, and keeps nothing else from being shown. */
import { isWithin } from '../core/claim.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import type { Revision } from './revision.ts';
import { typedPath } from './typed-path.ts';

/** Why something of a revision could not be shown. `problem` goes on a sentence that begins with the path. */
export interface FileProblem {
  readonly revision: string;
  readonly path: string;
  readonly problem: string;
}

export const NOT_CACHED = 'is not in the cache: fetch it, or run that revision';

export interface ChosenPaths {
  readonly root: string;
  readonly cwd: string;
  readonly targets?: readonly string[];
}

/** Of the declared paths those that are meant, folders as their files; a target that is not declared stands for itself. */
export async function choosePaths(
  { files }: Revision,
  declared: readonly string[],
  { root, cwd, targets = [] }: ChosenPaths,
): Promise<readonly string[]> {
  const meant = targets.flatMap((target) => typedPath({ root, cwd }, target) ?? []);
  const within = declared.filter((path) => meant.length === 0 || meant.some((target) => isWithin(path, target)));
  const others = meant.filter((target) => !declared.some((path) => isWithin(path, target)));
  const found = new Set<string>();
  // A folder that cannot be listed stays itself, and reading it says why.
  for (const path of [...within, ...others]) for (const file of (await files.list(path)) ?? [path]) found.add(file);
  return [...found].sort(compareCodeUnits);
}

export interface ReadText {
  readonly path: string;
  readonly text: string;
}

/** A path where nothing stands in this revision is left out: it may not have been made yet. */
export async function readEach(
  { name, files, pipeline }: Revision,
  paths: readonly string[],
): Promise<{ readonly found: readonly ReadText[]; readonly problems: readonly FileProblem[] }> {
  const found: ReadText[] = [];
  const problems: FileProblem[] = [];
  if (!pipeline.ok) problems.push({ revision: name, path: 'pipeline.yaml', problem: BROKEN_PIPELINE });
  for (const path of paths) {
    const file = await files.read(path);
    if (file.kind === 'bytes') found.push({ path, text: Buffer.from(file.bytes).toString('utf8') });
    if (file.kind === 'not-cached') problems.push({ revision: name, path, problem: NOT_CACHED });
  }
  return { found, problems };
}

const BROKEN_PIPELINE = 'is not valid there: what it declares is not known';
