/** `exp branch`, `remove`, `push` and `pull`: experiments as what they are, refs in git. */
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { listExperiments, removeExperiment } from '../store/experiments.ts';
import { dequeue, listQueue } from '../store/experiment-queue.ts';
import { EXPERIMENT_REFS } from '../store/git-refs.ts';
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
  const names = await chosen(root.value, options, queued);
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

export interface ExchangeOptions extends ExperimentRefsOptions {
  /** A remote of git, by name or address. */
  readonly remote: string;
}

/** Names that were sent; none given: all. Failures: no-pipeline, experiment-refused, git-failed. */
export async function pushExperiments(options: ExchangeOptions): Promise<Result<readonly string[], Failure>> {
  const root = rootOf(options.cwd);
  if (!root.ok) return root;
  const names = await chosen(root.value, { ...options, all: options.names.length === 0 }, []);
  if (!names.ok || names.value.length === 0) return names;
  const refs = names.value.map((name) => `${EXPERIMENT_REFS}${name}:${EXPERIMENT_REFS}${name}`);
  const sent = await runGit(root.value, ['push', '--quiet', '--', options.remote, ...refs]);
  return sent.ok ? names : sent;
}

/** Names that are here now and were not, or were others. Failures: no-pipeline, git-failed. */
export async function pullExperiments({
  cwd,
  names,
  remote,
}: ExchangeOptions): Promise<Result<readonly string[], Failure>> {
  const root = rootOf(cwd);
  if (!root.ok) return root;
  const before = await listExperiments(root.value);
  if (!before.ok) return before;
  const wanted = names.length === 0 ? ['*'] : names;
  const refs = wanted.map((name) => `${EXPERIMENT_REFS}${name}:${EXPERIMENT_REFS}${name}`);
  const fetched = await runGit(root.value, ['fetch', '--quiet', '--no-tags', '--', remote, ...refs]);
  if (!fetched.ok) return fetched;
  const after = await listExperiments(root.value);
  if (!after.ok) return after;
  const known = new Map(before.value.map(({ name, commit }) => [name, commit]));
  return ok(after.value.flatMap(({ name, commit }) => (known.get(name) === commit ? [] : [name])));
}

function rootOf(cwd: string): Result<string, Failure> {
  const root = findRoot(cwd);
  return root === undefined ? err({ code: 'no-pipeline', from: cwd }) : ok(root);
}

async function chosen(
  root: string,
  { names, all = false }: ExperimentRefsOptions,
  others: readonly string[],
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
