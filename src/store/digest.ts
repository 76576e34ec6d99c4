import type { Failure } from '../core/failure.ts';
import type { Content } from '../core/lock-entry.ts';
import type { TreeEntry } from '../core/tree.ts';
import type { Result } from '../lib/result.ts';
import type { IgnoreRules } from './ignore.ts';

export interface Digester {
  /**
   * Sync answer from the stat index when everything is unchanged: undefined when nothing stands there,
   * 'unknown' when bytes must be read (or a folder is so large that walking it would stall the process).
   */
  peek(path: string, options?: Pick<DigestOptions, 'exclude'>): Content | undefined | 'unknown';
  /** What stands at a root-relative path now (undefined: nothing). Reads only what changed. */
  digest(path: string, options?: DigestOptions): Promise<Result<Content | undefined, Failure>>;
  /** Publishes what was learnt; call once at the end of a command. */
  save(): void;
}

export interface DigestOptions {
  /** Root-relative paths below `path` that do not count. */
  readonly exclude?: readonly string[];
  /** Do not believe the index, read every byte. */
  readonly fresh?: boolean;
}

export interface TreeNode {
  /** Relative to the folder asked about; empty for itself. */
  readonly folder: string;
  readonly entries: readonly TreeEntry[];
}

export function createDigester(options: { root: string; ignore: IgnoreRules; now?: () => number }): Digester {
  throw new Error(options.root);
}
