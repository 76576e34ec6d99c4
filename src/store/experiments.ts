/** Experiments as refs below refs/pipe/exps: listed, read, made and removed. */
import { type Experiment, parseMessage } from '../core/experiment.ts';
import type { Failure } from '../core/failure.ts';
import { ok, type Result } from '../lib/result.ts';
import { EXPERIMENT_REFS } from './git-refs.ts';
import { runGit } from './git-write.ts';

/** Sorted by name; refs that hold something else are left out. Failures: git-failed. */
export async function listExperiments(root: string): Promise<Result<readonly Experiment[], Failure>> {
  const format = '--format=%(refname)%00%(objectname)%00%(committerdate:iso-strict)%00%(contents)%00';
  const listing = await runGit(root, ['for-each-ref', format, EXPERIMENT_REFS]);
  if (!listing.ok) return listing;
  const words = listing.value.split('\0');
  const found: Experiment[] = [];
  for (let at = 0; at + 3 < words.length; at += 4) {
    const [ref = '', commit = '', created = '', message = ''] = words.slice(at, at + 4);
    const spec = parseMessage(message);
    const name = ref.trimStart().slice(EXPERIMENT_REFS.length);
    if (spec !== undefined) found.push({ name, commit, created, ...spec });
  }
  return ok(found);
}

/** Replaces one of the same name. Failures: git-failed. */
export function writeExperiment(root: string, name: string, commit: string): Promise<Result<string, Failure>> {
  return runGit(root, ['update-ref', `${EXPERIMENT_REFS}${name}`, commit]);
}

/** Failures: git-failed. */
export function removeExperiment(root: string, name: string): Promise<Result<string, Failure>> {
  return runGit(root, ['update-ref', '-d', `${EXPERIMENT_REFS}${name}`]);
}
