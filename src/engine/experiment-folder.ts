/**
 * A git work tree for one experiment, below .pipe/exps/<name>/tree, that shares the cache of the user's: what git
 * has, sources and outs from the cache, private copies of what stages go on writing. The user's files are only read.
 */
import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { type Pipeline, statePaths } from '../core/pipeline.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { forgetCheckout } from '../store/cache-folder.ts';
import { copyTree } from '../store/copy-tree.ts';
import { runGit } from '../store/git-write.ts';
import { layoutOf } from '../store/layout.ts';
import { preparePipeFolder } from '../store/pipe-folder.ts';
import { publishFile } from '../store/publish.ts';
import { listIfThere, readTextIfThere } from '../store/read-if-there.ts';
import { systemFailure } from '../store/system-failure.ts';
import { checkout } from './checkout.ts';
import { copyModules } from './experiment-modules.ts';
import { loadPipeline } from './load.ts';
import { recover } from './recover.ts';
import { createWorkspace, type Workspace } from './workspace.ts';
import { underClaim, type Writing } from './writing.ts';

/** Where the root lies in its repository. */
export interface RepositoryPlace {
  /** Absolute: the top of the user's work tree. */
  readonly top: string;
  /** Of the root below it; empty, or ending in `/`. */
  readonly prefix: string;
}

/** Failures: no-git. */
export async function placeOf(root: string): Promise<Result<RepositoryPlace, Failure>> {
  const [top, prefix] = await Promise.all([
    runGit(root, ['rev-parse', '--show-toplevel']),
    runGit(root, ['rev-parse', '--show-prefix']),
  ]);
  return top.ok && prefix.ok ? ok({ top: top.value, prefix: prefix.value }) : err({ code: 'no-git', root });
}

export const experimentsFolder = (root: string): string => join(root, '.pipe', 'exps');
const treeFolder = (root: string, name: string): string => join(experimentsFolder(root), name, 'tree');

/** Names that have a folder: running, or left by a killed process. */
export function experimentFolders(root: string): readonly string[] {
  return listIfThere(experimentsFolder(root)).filter((name) => existsSync(treeFolder(root, name)));
}

export interface NewFolder {
  readonly name: string;
  /** The commit that it begins from. */
  readonly start: string;
  readonly place: RepositoryPlace;
}

/** The root in the new work tree, absolute. Failures: git-failed, system, and those of `checkout`. */
export async function makeExperimentFolder(
  writing: Writing,
  { name, start, place }: NewFolder,
): Promise<Result<string, Failure>> {
  const { workspace } = writing;
  const tree = treeFolder(workspace.root, name);
  const root = join(tree, place.prefix);
  const added = await changeTrees(writing, ['add', '--quiet', '--detach', '--force', tree, start]);
  if (!added.ok) return added;
  let path = '.pipe/config.local.yaml';
  try {
    preparePipeFolder(layoutOf(root));
    const config = await shareCache(workspace);
    if (!config.ok) return config;
    publishFile(join(root, path), config.value, { durable: false });
    path = '.gitmodules';
    await copyModules(place.top, tree);
    for (path of workspace.pipeline.environment) linkEnvironment(workspace, root, path);
    const restored = await checkout({ cwd: root, env: workspace.env });
    if (!restored.ok) return restored;
    for (path of privatePaths(workspace.pipeline)) await copyPrivately(workspace, root, path);
    return ok(root);
  } catch (error) {
    return err(systemFailure(error, { operation: 'copy', path }));
  }
}

/**
 * One at a time, across processes: git reads the entries of all work trees when it adds or removes one, and fails
 * on one that another git is just writing. Failures: git-failed, interrupted.
 */
function changeTrees(writing: Writing, args: readonly string[]): Promise<Result<string, Failure>> {
  const scope = { writes: [TREES], reads: [] };
  return underClaim(writing, { name: TREES, scope }, () => runGit(writing.workspace.root, ['worktree', ...args]));
}

/** No file: the name of a claim. No experiment can be called so. */
const TREES = '.pipe/exps/.worktrees';

/** What this checkout alone says, with the one cache. Paths in it are relative to the user's root. */
async function shareCache({ root, cache }: Workspace): Promise<Result<string, Failure>> {
  const file = '.pipe/config.local.yaml';
  const { editYaml } = await import('../core/yaml-edit.ts');
  const text = readTextIfThere(join(root, file)) ?? '';
  const edit = { kind: 'set', path: ['cache', 'dir'], value: cache.dir, written: JSON.stringify(cache.dir) } as const;
  const edited = editYaml(text, edit);
  return edited.ok ? edited : err({ code: 'edit-refused', file, problem: edited.error });
}

function linkEnvironment(workspace: Workspace, root: string, path: string): void {
  if (!existsSync(join(workspace.root, path)) || existsSync(join(root, path))) return;
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(join(workspace.root, path), join(root, path));
}

/** Root-relative: links of ours, which belong into no commit. */
export function linkedPaths(workspace: Workspace, root: string): readonly string[] {
  return workspace.pipeline.environment.filter((path) => {
    const isLink = lstatSync(join(root, path), { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
    return isLink && readlinkSync(join(root, path)) === join(workspace.root, path);
  });
}

/** Outs that live on between runs, and registries with what belongs to them. */
export function privatePaths({ stages, models }: Pipeline): readonly string[] {
  const persist = stages.flatMap(({ outs }) => outs.filter((out) => out.persist).map(({ path }) => path));
  return [...persist, ...models.flatMap(statePaths)];
}

async function copyPrivately({ root: from, ignore }: Workspace, root: string, path: string): Promise<void> {
  if (!existsSync(join(from, path))) return;
  const to = join(root, path);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(dirname(to), { recursive: true });
  await copyTree({ root: from, ignore, path, to });
}

/** Stops what a killed process may have left running in it, and removes it. Nobody alive may be at work there. */
export async function removeExperimentFolder(writing: Writing, name: string, place: RepositoryPlace): Promise<void> {
  const { workspace } = writing;
  // A Ctrl-C is no reason to leave it.
  const unstopped = { ...writing, signal: new AbortController().signal };
  const tree = treeFolder(workspace.root, name);
  const root = join(tree, place.prefix);
  const loaded = existsSync(root) ? await loadPipeline(root) : undefined;
  if (loaded?.ok && loaded.value.root === root)
    await recover(createWorkspace(loaded.value, { env: workspace.env }), () => undefined);
  await changeTrees(unstopped, ['remove', '--force', '--force', tree]);
  rmSync(tree, { recursive: true, force: true, maxRetries: 3 });
  await changeTrees(unstopped, ['prune']);
  removeIfEmpty(dirname(tree));
  forgetCheckout(workspace.cache.dir, root);
}

/** Logs of a failed run stay. */
function removeIfEmpty(folder: string): void {
  if (existsSync(folder) && listIfThere(folder).length === 0) rmSync(folder, { recursive: true, force: true });
}
