/**
 * `exp apply`: the workspace as an experiment left it: files that git keeps, then outs and sources from the cache.
 *
 * What was changed here since the experiment began is not overwritten: nothing is, until `force` says so, and then
 * it is kept below .pipe/saved. Persist outs and models' state are never touched.
 */
import { existsSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Experiment } from '../core/experiment.ts';
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { type ChangedPath, changedPaths, runGit, writeWorkTree } from '../store/git-write.ts';
import { publishTemporary } from '../store/publish.ts';
import { checkout, type CheckoutReport } from './checkout.ts';
import { placeOf, privatePaths, type RepositoryPlace } from './experiment-folder.ts';
import { findExperiment } from './experiments.ts';
import { loadPipeline } from './load.ts';
import { openWriting, underClaim, type Writing, type WritingOptions } from './writing.ts';

export interface ApplyOptions extends WritingOptions {
  readonly name: string;
  readonly force?: boolean;
}

export interface ApplyReport extends CheckoutReport {
  readonly name: string;
  /** Files that git keeps, relative to the top of the repository. */
  readonly files: readonly string[];
}

const NOTHING: CheckoutReport = { restored: [], missing: [], saved: [], kept: [], unlocked: [] };

/** Failures: no-pipeline, pipeline-invalid, no-git, experiment-refused, git-failed, system, interrupted. */
export async function applyExperiment(options: ApplyOptions): Promise<Result<ApplyReport, Failure>> {
  const opened = await openWriting(options);
  if (!opened.ok) return opened;
  const { workspace } = opened.value;
  const experiment = await findExperiment(workspace.root, options.name);
  if (!experiment.ok) return experiment;
  const place = await placeOf(workspace.root);
  if (!place.ok) return place;
  // Nobody else writes anything here meanwhile.
  const scope = { writes: ['.'], reads: [] };
  const applied = await underClaim(opened.value, { name: `exp apply ${options.name}`, scope }, () =>
    applyFiles(opened.value, { experiment: experiment.value, place: place.value, force: options.force ?? false }),
  );
  if (!applied.ok) return applied;
  const restored = await restoreData(workspace.root, options);
  return restored.ok
    ? ok({
        ...restored.value,
        name: options.name,
        ...applied.value,
        saved: [...applied.value.saved, ...restored.value.saved],
      })
    : restored;
}

interface Applying {
  readonly experiment: Experiment;
  readonly place: RepositoryPlace;
  readonly force: boolean;
}

interface Applied {
  readonly files: readonly string[];
  readonly saved: readonly string[];
}

async function applyFiles(
  { workspace, run }: Writing,
  { experiment, place, force }: Applying,
): Promise<Result<Applied, Failure>> {
  const { top } = place;
  const now = await writeWorkTree(top);
  if (!now.ok) return now;
  const made = await changedPaths(top, experiment.start, experiment.commit);
  if (!made.ok) return made;
  const since = await changedPaths(top, experiment.start, now.value);
  if (!since.ok) return since;
  const differing = await changedPaths(top, now.value, experiment.commit);
  if (!differing.ok) return differing;
  const differs = new Set(differing.value.map(({ path }) => path));
  const wanted = made.value.filter(({ path }) => differs.has(path));
  const edited = new Set(since.value.map(({ path }) => path));
  // A file that git ignores here, where the experiment made one.
  const isInTheWay = ({ path }: ChangedPath) => edited.has(path) || isUnknown(top, path, since.value, made.value);
  const conflicts = wanted.filter(isInTheWay).map(({ path }) => path);
  if (conflicts.length > 0 && !force) return err(conflictFailure(experiment.name, conflicts));
  const saved = conflicts.flatMap((path) => save(top, path, join(workspace.layout.saved, run)) ?? []);
  const written = await writeFiles(top, experiment.commit, wanted);
  return written.ok ? ok({ files: wanted.map(({ path }) => path), saved }) : written;
}

/** Stands here, and was neither there when the experiment began nor is known to git now. */
function isUnknown(top: string, path: string, since: readonly ChangedPath[], made: readonly ChangedPath[]): boolean {
  const isNew = made.some((change) => change.path === path && change.isNew);
  return isNew && !since.some((change) => change.path === path) && existsSync(join(top, path));
}

function conflictFailure(name: string, paths: readonly string[]): Failure {
  const shown = paths.slice(0, 5).join(', ');
  const rest = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  return {
    code: 'experiment-refused',
    problem: `${shown}${rest} changed here since ${name} began: nothing was applied`,
    hint: 'commit or undo that first; --force keeps what stands here under .pipe/saved/',
  };
}

function save(top: string, path: string, folder: string): string | undefined {
  const from = join(top, path);
  if (lstatSync(from, { throwIfNoEntry: false }) === undefined) return undefined;
  const to = join(folder, path);
  mkdirSync(dirname(to), { recursive: true });
  publishTemporary(from, to);
  return to;
}

/** By git itself, which knows of line ends, modes and filters; the index stays as it is. */
async function writeFiles(
  top: string,
  commit: string,
  changes: readonly ChangedPath[],
): Promise<Result<void, Failure>> {
  const kept = changes.filter(({ isDeleted }) => !isDeleted).map(({ path }) => path);
  if (kept.length > 0) {
    const args = [
      '--literal-pathspecs',
      'restore',
      `--source=${commit}`,
      '--worktree',
      '--pathspec-from-file=-',
      '--pathspec-file-nul',
    ];
    const restored = await runGit(top, args, { input: kept.join('\0') });
    if (!restored.ok) return restored;
  }
  for (const { path, isDeleted } of changes) if (isDeleted) rmSync(join(top, path), { force: true });
  return ok(undefined);
}

/** Everything but what lives on between runs. */
async function restoreData(root: string, options: ApplyOptions): Promise<Result<CheckoutReport, Failure>> {
  const loaded = await loadPipeline(root);
  if (!loaded.ok) return loaded;
  const { pipeline } = loaded.value;
  const own = new Set(privatePaths(pipeline));
  const outs = pipeline.stages.flatMap((stage) => stage.outs.map(({ path }) => path)).filter((path) => !own.has(path));
  const targets = [...outs, ...pipeline.sources.map(({ path }) => path)];
  return targets.length === 0 ? ok(NOTHING) : await checkout({ ...options, cwd: root, targets, force: false });
}
