/** `exp branch` and `remove`: experiments as what they are, refs in git. */
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { listExperiments, removeExperiment } from '../store/experiments.ts';
import { dequeue, listQueue } from '../store/experiment-queue.ts';
import { runGit } from '../store/git-write.ts';
import { layoutOf } from '../store/layout.ts';
import { findExperiment } from './experiments.ts';
import { findRoot } from './load.ts';

export interface ExperimentRefsOptions {
  /** Absolute. */
  readonly cwd: string;
  readonly names: readonly string[];
  /** All experiments, and what is queued. */
  readonly all?: boolean;
}

/** The branch's commit. Failures: no-pipeline, experiment-refused, git-failed. */
export async function branchExperiment(
  cwd: string,
  { name, branch }: { readonly name: string; readonly branch: string },
): Promise<Result<string, Failure>> {
  const root = rootOf(cwd);
  if (!root.ok) return root;
  const experiment = await findExperiment(root.value, name);
  if (!experiment.ok) return experiment;
  const made = await runGit(root.value, ['branch', '--no-track', '--', branch, experiment.value.commit]);
  return made.ok ? ok(experiment.value.commit) : made;
}

/** Names that went. Failures: no-pipeline, experiment-refused, git-failed. */
export async function removeExperiments(options: ExperimentRefsOptions): Promise<Result<readonly string[], Failure>> {
  const root = rootOf(options.cwd);
  if (!root.ok) return root;
  const layout = layoutOf(root.value);
  const queued = listQueue(layout).map(({ name }) => name);
  const names = await chosenExperiments(root.value, options, queued);
  if (!names.ok) return names;
  const all = await listExperiments(root.value);
  if (!all.ok) return all;
  for (const name of names.value) {
    dequeue(layout, name);
    if (!all.value.some((experiment) => experiment.name === name)) continue;
    const removed = await removeExperiment(root.value, name);
    if (!removed.ok) return removed;
  }
  return names;
}

function rootOf(cwd: string): Result<string, Failure> {
  const root = findRoot(cwd);
  return root === undefined ? err({ code: 'no-pipeline', from: cwd }) : ok(root);
}

/** Names as given, if they are known; `others`: what else may be named. Failures: experiment-refused, git-failed. */
export async function chosenExperiments(
  root: string,
  { names, all = false }: Omit<ExperimentRefsOptions, 'cwd'>,
  others: readonly string[] = [],
): Promise<Result<readonly string[], Failure>> {
  if (all) {
    const known = await listExperiments(root);
    return known.ok ? ok([...new Set([...known.value.map(({ name }) => name), ...others])]) : known;
  }
  for (const name of names) {
    const found = others.includes(name) ? ok(undefined) : await findExperiment(root, name);
    if (!found.ok) return found;
  }
  return ok(names);
}
