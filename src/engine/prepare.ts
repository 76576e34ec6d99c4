/**
 * Once a run, before its first stage acts: folders of ours, the .gitignore block, the refusal of outs
 * that would destroy what git tracks, and a word about deps that nobody else has. A run in which
 * everything is fresh never comes here.
 */
import { basename, dirname, join, relative } from 'node:path';
import { isWithin } from '../core/claim.ts';
import type { Failure } from '../core/failure.ts';
import { depPath, type Pipeline, statePaths, type Stage } from '../core/pipeline.ts';
import { isOutside } from '../core/root-path.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { registerCheckout } from '../store/cache-folder.ts';
import { isWithin as isInside, realPath } from '../store/digest-link.ts';
import { trackedFiles, uncommittedPaths } from '../store/git-files.ts';
import { writeIgnoreBlock } from '../store/git-ignore.ts';
import { preparePipeFolder } from '../store/pipe-folder.ts';
import type { Workspace } from './workspace.ts';

export interface Notice {
  readonly stage: string;
  readonly message: string;
}

export interface Prepared {
  /** What is worth a warning. */
  readonly notices: readonly Notice[];
  /**
   * Deps that no stage makes, or files in them, which no commit has as they are; root-relative. Git is still at it
   * while the first commands run.
   */
  readonly uncommitted: Promise<readonly string[]>;
}

/** Failures: out-unsafe. */
export async function prepareWorkspace(workspace: Workspace): Promise<Result<Prepared, Failure>> {
  const { root, layout, pipeline, cache } = workspace;
  preparePipeFolder(layout);
  registerCheckout(cache, root);
  const cached = pipeline.stages.flatMap((stage) => pathsOf(stage, cachedOuts(stage)));
  const sources = pipeline.stages.flatMap((stage) => pathsOf(stage, sourceDeps(workspace, stage)));
  const read = [...new Set(sources.map(({ path }) => path))];
  const [inside, outside] = [read.filter((path) => !isOutside(path)), read.filter(isOutside)];
  const paths = [...new Set([...cached.map(({ path }) => path), ...inside.map((path) => inGit(root, path))])];
  const uncommitted = uncommittedPaths(root, inside);
  const [tracked, trackedOutside] = await Promise.all([trackedFiles(root, paths), trackedOutOfRoot(root, outside)]);
  if (tracked === undefined) return ok({ notices: [], uncommitted: Promise.resolve([]) });

  const known = withFolders([...tracked, ...trackedOutside]);
  const refused = cached.find(({ path }) => known.has(path));
  if (refused !== undefined) return err(unsafe(refused, tracked));
  ignoreOuts(root, pipeline);
  return ok({
    notices: sources.filter(({ path }) => !known.has(inGit(root, path))).map(noticeOf),
    uncommitted: uncommitted.then((within) => [...within, ...outside]),
  });
}

/** Each by itself: git refuses all of them for one that lies outside its work tree. */
async function trackedOutOfRoot(root: string, paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const files = await trackedFiles(root, [path]);
    if (files !== undefined && files.length > 0) found.push(path);
  }
  return found;
}

interface StagePath {
  readonly stage: Stage;
  readonly path: string;
}

const pathsOf = (stage: Stage, paths: readonly string[]): readonly StagePath[] =>
  paths.map((path) => ({ stage, path }));
const cachedOuts = ({ outs }: Stage): readonly string[] => outs.filter(({ cache }) => cache).map(({ path }) => path);

/** Deps that no stage makes; globs aside, whose matches are known only one by one. */
function sourceDeps({ graph, pipeline }: Workspace, { deps }: Stage): readonly string[] {
  const isSource = (path: string) => pipeline.sources.some((source) => isWithin(path, source.path));
  return deps.flatMap((dep) => {
    const path = depPath(dep);
    return path !== undefined && graph.ownerOf(path) === undefined && !isSource(path) ? [path] : [];
  });
}

/** What is reached through a link to a folder of the project, git knows by where it really is. */
function inGit(root: string, path: string): string {
  if (isOutside(path)) return path;
  const folder = realPath(dirname(join(root, path)));
  const base = realPath(root) ?? root;
  if (folder === undefined || !isInside(folder, base)) return path;
  return relative(base, join(folder, basename(path)));
}

/** The files and every folder around them, so that one look answers for a path of either kind. */
function withFolders(files: readonly string[]): ReadonlySet<string> {
  const all = new Set<string>();
  for (const file of files) {
    for (let path = file; path !== '' && !all.has(path); path = path.slice(0, Math.max(0, path.lastIndexOf('/'))))
      all.add(path);
  }
  return all;
}

function unsafe({ stage, path }: StagePath, tracked: readonly string[]): Failure {
  const file = tracked.find((name) => isWithin(name, path)) ?? path;
  const problem = file === path ? 'git tracks it' : `git tracks ${file} in it`;
  const place = stage.outs.find((out) => out.path === path)?.place ?? stage.place;
  return { code: 'out-unsafe', stage: stage.name, path, problem, place };
}

function noticeOf({ stage, path }: StagePath): Notice {
  return { stage: stage.name, message: `git does not track its dep ${path}: nobody else can reproduce this` };
}

/** One block in the root's .gitignore: what the cache keeps, and the state of models. */
export function ignoreOuts(root: string, { stages, models, sources }: Pipeline): void {
  const kept = [...stages.flatMap(cachedOuts), ...sources.map(({ path }) => path)];
  writeIgnoreBlock(root, [...new Set([...kept, ...models.flatMap(statePaths)])].sort(compareCodeUnits));
}
