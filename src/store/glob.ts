import type { Failure } from '../core/failure.ts';
import type { Result } from '../lib/result.ts';
import type { IgnoreRules } from './ignore.ts';

export interface GlobOptions {
  readonly root: string;
  readonly pattern: string;
  readonly ignore: IgnoreRules;
  /** Root-relative paths (files, or folders with all below them) that never match. */
  readonly exclude: readonly string[];
}

/** Sorted root-relative paths of the files that match. */
export async function listMatches(options: GlobOptions): Promise<Result<readonly string[], Failure>> {
  throw new Error(options.pattern);
}
