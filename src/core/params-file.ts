/**
 * A params file (yaml, json or toml by its suffix) from text to a tree of typed values.
 *
 * Pure. Heavy for yaml and toml: import it lazily, off the no-op path; `core/param-value` has the light half.
 */
import type { Result } from '../lib/result.ts';
import type { Failure } from './failure.ts';
import type { ParamValue } from './param-value.ts';

export interface ParamsText {
  /** Root-relative; its suffix picks the format. */
  readonly file: string;
  readonly text: string;
}

export function parseParams(_source: ParamsText): Result<ParamValue, Failure> {
  throw new Error('being written');
}
