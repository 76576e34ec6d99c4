/**
 * Finds the root and turns pipeline.yaml into a pipeline and its graph.
 *
 * The root is the nearest folder upward that holds a pipeline.yaml.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { buildGraph, type Graph } from '../core/graph.ts';
import type { Pipeline } from '../core/pipeline.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { layoutOf } from '../store/layout.ts';
import { readTextIfThere } from '../store/read-if-there.ts';
import { readPipeline } from './read-pipeline.ts';

const PIPELINE_FILE = 'pipeline.yaml';

export interface LoadedPipeline {
  readonly root: string;
  readonly pipeline: Pipeline;
  readonly graph: Graph;
}

/** `cwd`: absolute. Failures: no-pipeline, pipeline-invalid. */
export async function loadPipeline(cwd: string): Promise<Result<LoadedPipeline, Failure>> {
  const root = findRoot(cwd);
  if (root === undefined) return err({ code: 'no-pipeline', from: cwd });
  const text = readTextIfThere(join(root, PIPELINE_FILE));
  if (text === undefined) return err({ code: 'no-pipeline', from: cwd });
  const pipeline = await readPipeline(layoutOf(root), { file: PIPELINE_FILE, text });
  if (!pipeline.ok) return pipeline;
  const graph = await buildGraph(pipeline.value);
  return graph.ok ? ok({ root, pipeline: pipeline.value, graph: graph.value }) : graph;
}

export function findRoot(cwd: string): string | undefined {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (existsSync(join(folder, PIPELINE_FILE))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
