import type { Failure } from '../core/failure.ts';
import type { Content } from '../core/lock-entry.ts';
import type { Digest } from '../lib/digest.ts';
import type { Result } from '../lib/result.ts';
import type { Digester } from './digest.ts';

export interface ObjectStore {
  /** Whether the object of a file, or the node (and with `deep` everything below) of a folder, is there. Not verified. */
  has(content: Content, options?: { readonly deep?: boolean }): boolean;
  /** Stores what stands at `path`, already digested as `content`; bytes that no longer match are a failure. */
  store(path: string, content: Content): Promise<Result<void, Failure>>;
  /**
   * Writes `content` at a root-relative path where nothing stands, every object verified on the way.
   * 'missing': an object is absent or broken (then it is in quarantine); nothing is left at `path`.
   */
  restore(content: Content, path: string): Promise<Result<'restored' | 'missing', Failure>>;
  /** Keeps a small object. */
  put(bytes: Uint8Array): Digest;
  /** Verified; undefined when absent or broken. */
  read(digest: Digest): Uint8Array | undefined;
}

export function createObjectStore(options: { root: string; cacheDir: string; digester: Digester }): ObjectStore {
  throw new Error(options.root);
}
