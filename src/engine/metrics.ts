/**
 * `metrics show` and `metrics diff`: figures of one or many revisions, from the workspace, from git, or from the
 * cache by the digest that the revision's lock entry records.
 */
import type { Failure } from '../core/failure.ts';
import { type Metric, type Metrics, parseMetrics, sameMetric } from '../core/metrics-file.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { ok, type Result } from '../lib/result.ts';
import { openPair, type Revision, type RevisionOptions, withRevisions, WORKSPACE } from './revision.ts';
import { type RevisionChoice, revisionNames } from './revision-names.ts';
import { choosePaths, type FileProblem, readEach } from './revision-read.ts';

export interface MetricsFile {
  readonly path: string;
  readonly values: Metrics;
}

export interface RevisionMetrics {
  readonly revision: string;
  /** null: the workspace. */
  readonly commit: string | null;
  /** Sorted by path. */
  readonly files: readonly MetricsFile[];
  readonly problems: readonly FileProblem[];
}

export interface MetricsShowOptions extends RevisionOptions, RevisionChoice {
  /** Paths as typed: these files alone, declared or not. */
  readonly targets?: readonly string[];
}

/** Failures: no-pipeline, pipeline-invalid, no-git, unknown-revision. */
export function showMetrics(options: MetricsShowOptions): Promise<Result<readonly RevisionMetrics[], Failure>> {
  return withRevisions(options, async ({ root, open }) => {
    const names = await revisionNames(root, options);
    if (!names.ok) return names;
    const shown: RevisionMetrics[] = [];
    for (const name of names.value.length === 0 ? [WORKSPACE] : names.value) {
      const revision = await open(name);
      if (!revision.ok) return revision;
      shown.push(await metricsOf(revision.value, { root, ...options }));
    }
    return ok(shown);
  });
}

export interface MetricChange {
  readonly path: string;
  readonly key: string;
  readonly change: 'added' | 'deleted' | 'modified' | 'unchanged';
  readonly old: Metric | undefined;
  readonly new: Metric | undefined;
  /** Of two numbers. */
  readonly diff: number | undefined;
}

export interface MetricsDiff {
  readonly from: string;
  readonly to: string;
  /** Sorted by path and key, with what did not change. */
  readonly metrics: readonly MetricChange[];
  readonly problems: readonly FileProblem[];
}

export interface MetricsDiffOptions extends RevisionOptions {
  /** Default: HEAD. */
  readonly from?: string | undefined;
  /** Default: the workspace. */
  readonly to?: string | undefined;
  readonly targets?: readonly string[];
}

/** Failures: no-pipeline, pipeline-invalid, no-git, unknown-revision. */
export function diffMetrics(options: MetricsDiffOptions): Promise<Result<MetricsDiff, Failure>> {
  return withRevisions(options, async (revisions) => {
    const pair = await openPair(revisions, options);
    if (!pair.ok) return pair;
    const where = { root: revisions.root, ...options };
    const was = await metricsOf(pair.value.from, where);
    const now = await metricsOf(pair.value.to, where);
    return ok({
      from: was.revision,
      to: now.revision,
      metrics: compareMetrics(was, now),
      problems: [...was.problems, ...now.problems],
    });
  });
}

interface Where {
  readonly root: string;
  readonly cwd: string;
  readonly targets?: readonly string[];
}

export async function metricsOf(revision: Revision, where: Where): Promise<RevisionMetrics> {
  const pipeline = revision.pipeline.ok ? revision.pipeline.value : undefined;
  const declared = [
    ...(pipeline?.stages ?? []).flatMap(({ outs }) => outs.filter(({ kind }) => kind === 'metric')),
    ...(pipeline?.declarations.metrics ?? []).map((path) => ({ path })),
  ].map(({ path }) => path);
  const { found, problems } = await readEach(revision, await choosePaths(revision, declared, where));
  const files: MetricsFile[] = [];
  const unreadable: FileProblem[] = [];
  for (const { path, text } of found) {
    const parsed = parseMetrics({ file: path, text });
    if (parsed.ok) files.push({ path, values: parsed.value });
    else unreadable.push({ revision: revision.name, path, problem: parsed.error });
  }
  const { name, commit } = revision;
  return { revision: name, commit: commit?.hash ?? null, files, problems: [...problems, ...unreadable] };
}

function compareMetrics(was: RevisionMetrics, now: RevisionMetrics): readonly MetricChange[] {
  const paths = [...new Set([...was.files, ...now.files].map(({ path }) => path))].sort(compareCodeUnits);
  return paths.flatMap((path) => {
    const [a, b] = [was, now].map(({ files }) => files.find((file) => file.path === path)?.values);
    const keys = [...new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])].sort(compareCodeUnits);
    return keys.map((key) => compareOne({ path, key, old: a?.get(key), new: b?.get(key) }));
  });
}

function compareOne({ path, key, old, new: now }: Omit<MetricChange, 'change' | 'diff'>): MetricChange {
  const diff = typeof old === 'number' && typeof now === 'number' ? now - old : undefined;
  return { path, key, change: changeOf(old, now), old, new: now, diff };
}

function changeOf(old: Metric | undefined, now: Metric | undefined): MetricChange['change'] {
  if (old === undefined) return 'added';
  if (now === undefined) return 'deleted';
  return sameMetric(old, now) ? 'unchanged' : 'modified';
}
