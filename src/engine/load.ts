/**
 * Finds the root and turns pipeline.yaml into a pipeline and its graph.
 *
 * The root is the nearest folder upward that holds a pipeline.yaml. Nothing that parses YAML is
 * loaded when this very text was parsed before.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { buildGraph, type Graph } from '../core/graph.ts';
import type { Pipeline } from '../core/pipeline.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { layoutOf, type Layout } from '../store/layout.ts';
import { readParsed, writeParsed, type ParsedKey } from '../store/parsed-cache.ts';
import { readTextIfThere } from '../store/read-if-there.ts';

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
  const pipeline = await readPipeline(layoutOf(root));
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

async function readPipeline(layout: Layout): Promise<Result<Pipeline, Failure>> {
  const text = readTextIfThere(join(layout.root, PIPELINE_FILE));
  if (text === undefined) return err({ code: 'no-pipeline', from: layout.root });
  const key: ParsedKey = { kind: 'pipeline/1', file: PIPELINE_FILE, text };
  const known = readParsed<Pipeline>(layout, key);
  if (known !== undefined) return ok(known);

  const { parsePipeline } = await import('../core/pipeline-file.ts');
  const parsed = parsePipeline({ file: PIPELINE_FILE, text });
  if (parsed.ok) writeParsed(layout, key, parsed.value);
  return parsed;
}
