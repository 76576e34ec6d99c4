/** `exp list`, `exp show` and `exp diff`: experiments with what was set and what came of it. Reads only. */
import type { Experiment } from '../core/experiment.ts';
import type { ExperimentRow } from '../core/experiment-table.ts';
import type { Failure } from '../core/failure.ts';
import { closest } from '../lib/suggest.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { listExperiments } from '../store/experiments.ts';
import { EXPERIMENT_REFS } from '../store/git-refs.ts';
import { experimentFolders } from './experiment-folder.ts';
import { listQueue } from '../store/experiment-queue.ts';
import { layoutOf } from '../store/layout.ts';
import { diffMetrics, metricsOf, type MetricsDiff } from './metrics.ts';
import { diffParams, paramsOf, type ParamsDiff } from './params-diff.ts';
import { findRoot } from './load.ts';
import { type Revision, type RevisionOptions, type Revisions, withRevisions, WORKSPACE } from './revision.ts';
import type { FileProblem } from './revision-read.ts';

export interface ExperimentList {
  /** Sorted by name. */
  readonly experiments: readonly Experiment[];
  /** Written down, and not run yet; `isStarted`: it has a work tree now. */
  readonly queued: readonly { readonly name: string; readonly set: readonly string[]; readonly isStarted: boolean }[];
}

/** Failures: no-pipeline, git-failed. */
export async function readExperiments({ cwd }: RevisionOptions): Promise<Result<ExperimentList, Failure>> {
  const root = findRoot(cwd);
  if (root === undefined) return err({ code: 'no-pipeline', from: cwd });
  const experiments = await listExperiments(root);
  if (!experiments.ok) return experiments;
  const folders = new Set(experimentFolders(root));
  const queued = listQueue(layoutOf(root)).map(({ name, set }) => ({ name, set, isStarted: folders.has(name) }));
  return ok({ experiments: experiments.value, queued });
}

/** By name. Failures: experiment-refused, git-failed. */
export async function findExperiment(root: string, name: string): Promise<Result<Experiment, Failure>> {
  const all = await listExperiments(root);
  if (!all.ok) return all;
  const found = all.value.find((experiment) => experiment.name === name);
  if (found !== undefined) return ok(found);
  const meant = closest(
    name,
    all.value.map((experiment) => experiment.name),
  );
  const hint = meant === undefined ? '`pipe exp list` lists them' : `did you mean \`${meant}\`?`;
  return err({ code: 'experiment-refused', problem: `there is no experiment \`${name}\``, hint });
}

export interface ExperimentTable {
  /** The workspace, then each baseline followed by its experiments. */
  readonly rows: readonly ExperimentRow[];
  readonly problems: readonly FileProblem[];
}

/** Failures: no-pipeline, pipeline-invalid, no-git, git-failed. */
export function showExperiments(options: RevisionOptions): Promise<Result<ExperimentTable, Failure>> {
  return withRevisions(options, async (revisions) => {
    const all = await listExperiments(revisions.root);
    if (!all.ok) return all;
    const rows: ExperimentRow[] = [];
    const problems: FileProblem[] = [];
    const add = async (name: string, row: Pick<ExperimentRow, 'name' | 'kind' | 'baseline'>) => {
      const opened = await revisions.open(name);
      if (!opened.ok) return;
      const read = await rowOf(revisions, opened.value, row);
      rows.push(read.row);
      problems.push(...read.problems);
    };
    await add(WORKSPACE, { name: WORKSPACE, kind: 'workspace', baseline: null });
    for (const baseline of new Set(all.value.map((experiment) => experiment.baseline))) {
      await add(baseline, { name: baseline.slice(0, SHORT), kind: 'baseline', baseline });
      for (const { name } of all.value.filter((experiment) => experiment.baseline === baseline))
        await add(`${EXPERIMENT_REFS}${name}`, { name, kind: 'experiment', baseline });
    }
    return ok({ rows, problems });
  });
}

const SHORT = 10;

async function rowOf(
  { root, loaded }: Revisions,
  revision: Revision,
  row: Pick<ExperimentRow, 'name' | 'kind' | 'baseline'>,
): Promise<{ readonly row: ExperimentRow; readonly problems: readonly FileProblem[] }> {
  const where = { root, cwd: loaded.root };
  const params = await paramsOf(revision, where);
  const metrics = await metricsOf(revision, where);
  const created = revision.commit?.date ?? null;
  return {
    row: {
      ...row,
      created,
      params: byKey([...params.files].map(([path, values]) => ({ path, values }))),
      metrics: byKey(metrics.files),
    },
    problems: [...params.problems, ...metrics.problems],
  };
}

/** A key alone where that is enough. */
function byKey<T>(
  files: readonly { readonly path: string; readonly values: ReadonlyMap<string, T> }[],
): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const { path, values } of files)
    for (const [key, value] of values) found.set(found.has(key) ? `${path}:${key}` : key, value);
  return found;
}

export interface ExperimentDiff {
  readonly params: ParamsDiff;
  readonly metrics: MetricsDiff;
}

export interface ExperimentDiffOptions extends RevisionOptions {
  readonly first: string;
  /** Without it the first one is compared with what it began from. */
  readonly second?: string | undefined;
}

/** Failures: no-pipeline, pipeline-invalid, experiment-refused, unknown-revision, git-failed. */
export async function diffExperiments(options: ExperimentDiffOptions): Promise<Result<ExperimentDiff, Failure>> {
  const { cwd, env, first, second } = options;
  const root = findRoot(cwd);
  if (root === undefined) return err({ code: 'no-pipeline', from: cwd });
  const all = await listExperiments(root);
  if (!all.ok) return all;
  const named = new Set(all.value.map(({ name }) => name));
  let [from, to] = [first, second ?? first];
  if (second === undefined) {
    const experiment = await findExperiment(root, first);
    if (!experiment.ok) return experiment;
    from = experiment.value.baseline.slice(0, SHORT);
    to = first;
  }
  // A branch may be called like an experiment: here the experiment is meant.
  const revisionOf = (name: string) => (named.has(name) ? `${EXPERIMENT_REFS}${name}` : name);
  const pair = { cwd, from: revisionOf(from), to: revisionOf(to), ...(env !== undefined && { env }) };
  const params = await diffParams(pair);
  if (!params.ok) return params;
  const metrics = await diffMetrics(pair);
  if (!metrics.ok) return metrics;
  return ok({ params: { ...params.value, from, to }, metrics: { ...metrics.value, from, to } });
}
