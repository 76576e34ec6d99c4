/** `params diff`: parameters of two revisions, with their types. */
import type { Failure } from '../core/failure.ts';
import { compareValues, type FlatValues, flattenValues, type ValueChange } from '../core/flat-values.ts';
import { selectParam } from '../core/param-key.ts';
import type { ParamValue } from '../core/param-value.ts';
import type { Pipeline } from '../core/pipeline.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { ok, type Result } from '../lib/result.ts';
import { layoutOf } from '../store/layout.ts';
import { parseParamsText } from './params.ts';
import { openPair, type Revision, type RevisionOptions, withRevisions } from './revision.ts';
import { choosePaths, type FileProblem, readEach } from './revision-read.ts';

export interface ParamsDiffOptions extends RevisionOptions {
  /** Default: HEAD. */
  readonly from?: string | undefined;
  /** Default: the workspace. */
  readonly to?: string | undefined;
  readonly targets?: readonly string[];
  /** Only what stages declare. */
  readonly declaredOnly?: boolean;
}

export interface ParamDifference {
  readonly path: string;
  readonly key: string;
  readonly change: ValueChange;
  readonly was?: ParamValue;
  readonly now?: ParamValue;
}

export interface ParamsDiff {
  readonly from: string;
  readonly to: string;
  /** Sorted by path and key, with what did not change. */
  readonly params: readonly ParamDifference[];
  readonly problems: readonly FileProblem[];
}

const DEFAULT_FILE = 'params.yaml';

/** Failures: no-pipeline, pipeline-invalid, no-git, unknown-revision. */
export function diffParams(options: ParamsDiffOptions): Promise<Result<ParamsDiff, Failure>> {
  return withRevisions(options, async (revisions) => {
    const pair = await openPair(revisions, options);
    if (!pair.ok) return pair;
    const where = { root: revisions.root, ...options };
    const was = await paramsOf(pair.value.from, where);
    const now = await paramsOf(pair.value.to, where);
    const paths = [...new Set([...was.files.keys(), ...now.files.keys()])].sort(compareCodeUnits);
    const params = paths.flatMap((path) =>
      compareValues(was.files.get(path) ?? NONE, now.files.get(path) ?? NONE).map((value) => ({ path, ...value })),
    );
    const problems = [...was.problems, ...now.problems];
    return ok({ from: pair.value.from.name, to: pair.value.to.name, params, problems });
  });
}

const NONE: FlatValues = new Map();

interface RevisionParams {
  readonly files: ReadonlyMap<string, FlatValues>;
  readonly problems: readonly FileProblem[];
}

interface ParamsWhere {
  readonly root: string;
  readonly cwd: string;
  readonly targets?: readonly string[];
  readonly declaredOnly?: boolean;
}

/** params.yaml and what the top level lists, whole; of other files the keys that stages declare. As DVC. */
export async function paramsOf(revision: Revision, where: ParamsWhere): Promise<RevisionParams> {
  const pipeline = revision.pipeline.ok ? revision.pipeline.value : undefined;
  const wanted = wantedKeys(pipeline, where.declaredOnly ?? false);
  const { found, problems } = await readEach(revision, await choosePaths(revision, [...wanted.keys()], where));
  const files = new Map<string, FlatValues>();
  const unreadable: FileProblem[] = [];
  for (const { path, text } of found) {
    const parsed = await parseParamsText(layoutOf(where.root), path, text);
    if (parsed.ok) files.set(path, selectKeys(parsed.value, wanted.get(path) ?? null));
    else unreadable.push({ revision: revision.name, path, problem: 'is not valid' });
  }
  return { files, problems: [...problems, ...unreadable] };
}

/** null: the whole file. */
type Keys = readonly string[] | null;

function wantedKeys(pipeline: Pipeline | undefined, declaredOnly: boolean): ReadonlyMap<string, Keys> {
  const wanted = new Map<string, Keys>();
  if (!declaredOnly)
    for (const path of [DEFAULT_FILE, ...(pipeline?.declarations.params ?? [])]) wanted.set(path, null);
  for (const { file, keys } of (pipeline?.stages ?? []).flatMap(({ params }) => params)) {
    const known = wanted.get(file);
    if (known === null) continue;
    wanted.set(file, keys === null ? null : [...(known ?? []), ...keys]);
  }
  return wanted;
}

function selectKeys(tree: ParamValue, keys: Keys): FlatValues {
  if (keys === null) return flattenValues(tree);
  const selected = keys.flatMap((key) => {
    const value = selectParam(tree, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return flattenValues(Object.fromEntries(selected));
}
