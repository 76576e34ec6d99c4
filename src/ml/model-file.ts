/**
 * The text of a model file to a model and back. Callers read the file and limit its size.
 *
 * Invariant: parseModel(renderModel(m)) equals m, and equal models have equal bytes.
 */
import type { Result } from '../lib/result.ts';
import type { ModelFile } from './model.ts';

export interface ModelProblem {
  readonly code: 'not-json' | 'unknown-format' | 'schema' | 'not-finite' | 'tree-broken' | 'examples-disagree';
  /** A sentence for people. */
  readonly message: string;
  /** Where in the file: `ensemble.trees[3].bin[0]`. */
  readonly path?: string;
}

export declare function parseModel(text: string): Result<ModelFile, ModelProblem>;

export declare function renderModel(model: ModelFile): string;
