/**
 * pipeline.yaml from text to `Pipeline`: all problems of the file at once, each with its place.
 *
 * Pure and heavy (a YAML parser and a schema library): import it lazily, off the no-op path.
 * Knows one file only; how stages relate is `core/graph`'s business.
 */
import type { Result } from '../lib/result.ts';
import type { Failure } from './failure.ts';
import type { Pipeline } from './pipeline.ts';

export interface PipelineText {
  /** Root-relative; shown in problems and kept in every `Place`. */
  readonly file: string;
  readonly text: string;
}

export function parsePipeline(_source: PipelineText): Result<Pipeline, Failure> {
  throw new Error('being written');
}
