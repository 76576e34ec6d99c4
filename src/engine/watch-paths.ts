/**
 * What a watch looks at: the pipeline's own files, and what the watched stages read and none of them writes.
 * Knows nothing of events.
 */
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { createOwners } from '../core/graph-owners.ts';
import { depBase, type Stage } from '../core/pipeline.ts';
import { isOutside, pathAndAncestors } from '../core/root-path.ts';
import { PIPELINE_FILE } from '../core/stage-name.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { createIgnore } from '../store/ignore.ts';
import { layoutOf } from '../store/layout.ts';
import type { LoadedPipeline } from './load.ts';
import { filesBehind } from './read-pipeline.ts';

export interface Watched {
  readonly root: string;
  /** Root-relative files and folders, sorted; each may be missing, and lie outside the root by `../`. */
  readonly paths: readonly string[];
  /** Of a root-relative path: whether what happens there is of no interest. */
  readonly isIgnored: (path: string, kind: 'file' | 'dir') => boolean;
}

/** From where a look down finds all of them: folders, absolute. */
export function startingFolders({ root, paths }: Watched): readonly string[] {
  return [root, ...new Set(paths.filter(isOutside).map((path) => dirname(join(root, path))))];
}

/** While the pipeline cannot be read: its file, and whatever it was last made from. */
export function pipelinePaths(root: string): Watched {
  const paths = [PIPELINE_FILE, ...filesBehind(layoutOf(root))];
  return { root, paths: inOrder(paths), isIgnored: () => false };
}

export function watchedPaths({ root, pipeline }: LoadedPipeline, stages: readonly string[]): Watched {
  const selected = new Set(stages);
  const owners = createOwners({
    ...pipeline,
    stages: pipeline.stages.filter(({ name }) => selected.has(name)),
    models: pipeline.models.filter(({ stage }) => selected.has(stage)),
  });
  const isOwn = (path: string) => owners.around(path) !== undefined;
  const ignore = createIgnore(root);
  const apart = new Set([...pipeline.environment, 'locks']);
  const reads = pipeline.stages.filter(({ name }) => selected.has(name)).flatMap(readsOf);
  const paths = [...pipeline.files, ...filesBehind(layoutOf(root)), '.pipeignore', ...reads].filter(
    (path) => !isOwn(path),
  );
  return {
    root,
    paths: inOrder(paths.map((path) => toRootPath(root, path))),
    isIgnored: (path, kind) => isOwn(path) || apart.has(path) || ignore.isIgnored(path, kind),
  };
}

function readsOf({ deps, params }: Stage): readonly string[] {
  return [...deps.flatMap((dep) => depBase(dep) ?? []), ...params.map(({ file }) => file)];
}

/** Without what lies inside another of them. */
function inOrder(paths: readonly string[]): readonly string[] {
  const all = new Set(paths);
  return [...all]
    .filter((path) => path === '.' || !pathAndAncestors(path).some((above) => above !== path && all.has(above)))
    .sort(compareCodeUnits);
}

/** Of an absolute path; undefined when none of `paths` is it or contains it, or it is of no interest. */
export function relevantPath(watched: Watched, absolute: string): string | undefined {
  const path = toRootPath(watched.root, absolute);
  const parts = pathAndAncestors(path);
  const isRelevant = parts.every((part) => isLookedAt(watched, part, part === path ? 'file' : 'dir'));
  return isRelevant && isInside(watched, path) ? path : undefined;
}

/** Also true of the folders on the way to what is watched, which may come and go. */
export function isLookedAt(watched: Watched, path: string, kind: 'file' | 'dir'): boolean {
  if (watched.paths.includes(path)) return true;
  if (isInside(watched, path)) return !watched.isIgnored(path, kind);
  return path === '.' || watched.paths.some((other) => other.startsWith(`${path}/`));
}

const isInside = ({ paths }: Watched, path: string): boolean =>
  paths.includes('.') || pathAndAncestors(path).some((part) => paths.includes(part));

export function toRootPath(root: string, absolute: string): string {
  const path = isAbsolute(absolute) ? relative(root, absolute) : absolute;
  return path === '' ? '.' : path.split(sep).join('/');
}
