/**
 * Finds the root and turns its pipeline into a value and a graph.
 *
 * The root is the nearest folder upward that holds a pipeline.yaml; or, when a pipeline.yaml above
 * lists that one under `pipelines:`, the folder of the upper one. None is searched for downward.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { CacheConfig } from '../core/cache-config.ts';
import type { Failure } from '../core/failure.ts';
import type { Graph } from '../core/graph.ts';
import type { Pipeline } from '../core/pipeline.ts';
import { PIPELINE_FILE } from '../core/stage-name.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { readCacheConfig } from '../store/config.ts';
import { layoutOf } from '../store/layout.ts';
import { isListed, listedPipelines } from '../store/listed-pipelines.ts';
import { readPipeline } from './read-pipeline.ts';

export interface LoadedPipeline {
  readonly root: string;
  /** The pipeline file nearest to where the user stands: names are looked for in it first. */
  readonly home: string;
  /** Where the user stands, root-relative: paths are looked for from here first. */
  readonly at: string;
  readonly cache: CacheConfig;
  readonly pipeline: Pipeline;
  readonly graph: Graph;
}

/** `cwd`: absolute. Failures: no-pipeline, pipeline-invalid, config-invalid. */
export async function loadPipeline(cwd: string): Promise<Result<LoadedPipeline, Failure>> {
  const found = findPipeline(cwd);
  if (found === undefined) return err({ code: 'no-pipeline', from: cwd });
  const layout = layoutOf(found.root);
  const read = await readPipeline(layout);
  if (!read.ok) return read;
  const cache = await readCacheConfig(layout);
  if (!cache.ok) return cache;
  const at = relative(found.root, resolve(cwd)).split(sep).join('/') || '.';
  return ok({ ...found, at, cache: cache.value, ...read.value });
}

export const findRoot = (cwd: string): string | undefined => findPipeline(cwd)?.root;

function findPipeline(cwd: string): { readonly root: string; readonly home: string } | undefined {
  const [nearest, ...others] = foldersWithPipeline(resolve(cwd));
  if (nearest === undefined) return undefined;
  for (const root of others) {
    const home = relative(root, join(nearest, PIPELINE_FILE)).split(sep).join('/');
    if (isListed(listedPipelines(layoutOf(root), textOf(root)), home)) return { root, home };
  }
  return { root: nearest, home: PIPELINE_FILE };
}

/** Somebody else's file further up may not be for us to read. */
function textOf(folder: string): string {
  try {
    return readFileSync(join(folder, PIPELINE_FILE), 'utf8');
  } catch {
    return '';
  }
}

/** This folder and those around it that hold a pipeline.yaml, innermost first. */
function foldersWithPipeline(start: string): readonly string[] {
  const found: string[] = [];
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, PIPELINE_FILE))) found.push(folder);
    if (dirname(folder) === folder) return found;
  }
}
