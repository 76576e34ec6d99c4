/**
 * Which stage needs which, from paths alone, and every problem that shows only between stages.
 *
 * Pure: whether a file exists is the engine's question. Linear in stages and paths.
 * Invariant: `order` is topological; where it leaves a choice, the order of the file decides.
 */
import type { Result } from '../lib/result.ts';
import type { Failure } from './failure.ts';
import type { Pipeline } from './pipeline.ts';

export interface Graph {
  readonly order: readonly string[];
  /** The stages whose outs (or state) this stage reads directly, in topological order. */
  readonly upstream: (stage: string) => readonly string[];
  readonly downstream: (stage: string) => readonly string[];
  /** The stage that makes this path, the folder around it, or else something inside it. */
  readonly ownerOf: (path: string) => string | undefined;
  /** All stages of which a path equals this one, contains it or lies inside it, in topological order. */
  readonly ownersOf: (path: string) => readonly string[];
}

/** Asynchronous only because the glob matcher is loaded when there is a glob, and not otherwise. */
export function buildGraph(_pipeline: Pipeline): Promise<Result<Graph, Failure>> {
  throw new Error('being written');
}
