/**
 * The object store: content by digest, `.pipe/cache/objects`. Files are objects, and so is the node of every folder.
 *
 * Knows nothing of stages or of who needs what. Processes may work on one store at once: an object has one possible
 * content, so whoever names it last changes nothing.
 */
import { realpathSync } from 'node:fs';
import type { CacheConfig, LinkKind } from '../core/cache-config.ts';
import type { Failure } from '../core/failure.ts';
import type { Content } from '../core/lock-entry.ts';
import type { Digest } from '../lib/digest.ts';
import type { Result } from '../lib/result.ts';
import type { Digester } from './digest.ts';
import { realPath } from './digest-link.ts';
import { createObjectFiles, type ObjectFiles } from './objects-files.ts';
import { linkContent } from './objects-relink.ts';
import { readNode, restoreContent } from './objects-restore.ts';
import { isWhole } from './objects-whole.ts';
import type { SyncGroup } from './sync-group.ts';
import { storeContent } from './objects-store.ts';

export interface ObjectStore {
  /** Whether the object of a file, or the node (and with `deep` everything below) of a folder, is there. Not verified. */
  has(content: Content, options?: { readonly deep?: boolean }): boolean;
  /** The same as `has` with `deep`, by the bytes of every object. `toTheEnd`: whatever is broken is in quarantine afterwards. */
  holds(content: Content, options?: { readonly toTheEnd?: boolean }): Promise<boolean>;
  /** Stores what stands at `path`, already digested as `content`; bytes that no longer match are a failure. */
  store(path: string, content: Content): Promise<Result<void, Failure>>;
  /**
   * Writes `content` at a root-relative path where nothing stands, every object verified on the way.
   * 'missing': an object is absent or broken (then it is in quarantine); nothing is left at `path`.
   * `own`: a copy that may be changed in place, whatever links the cache is set to.
   */
  restore(
    content: Content,
    path: string,
    options?: { readonly own?: boolean },
  ): Promise<Result<'restored' | 'missing', Failure>>;
  /** What stands at `path` and was just stored gives way to links into the cache, where links are wanted. */
  link(content: Content, path: string): Promise<Result<void, Failure>>;
  /** Keeps a small object. Throws what the operating system says. */
  put(bytes: Uint8Array): Digest;
  /** Verified; undefined when absent or broken. */
  read(digest: Digest): Uint8Array | undefined;
}

export interface ObjectStoreOptions {
  /** Absolute. */
  readonly root: string;
  readonly cache: CacheConfig;
  readonly digester: Digester;
  readonly syncs?: SyncGroup | undefined;
}

export function createObjectStore({ root, cache, digester, syncs }: ObjectStoreOptions): ObjectStore {
  const files = createObjectFiles(cache);
  const allowed = () => [realpathSync.native(root), realPath(cache.dir) ?? cache.dir];
  return {
    has: (content, { deep = false } = {}) => (deep ? hasAll(files, content) : hasOne(files, content)),
    holds: (content, options) => isWhole(files, content, options),
    store: (path, content) => storeContent({ root, files, digester, allowed, syncs }, path, content),
    restore: (content, path, { own = false } = {}) =>
      restoreContent({ root, files, digester, link: own ? COPIES : cache.link }, content, path),
    link: (content, path) => linkContent({ root, files, link: cache.link }, content, path),
    put: (bytes) => files.put(bytes),
    read: (digest) => files.read(digest),
  };
}

const COPIES: readonly LinkKind[] = ['reflink', 'copy'];

/** The size of a folder's node is not known. */
const hasOne = (files: ObjectFiles, { type, digest, size }: Content): boolean =>
  files.has(digest, type === 'dir' ? undefined : size);

function hasAll(files: ObjectFiles, content: Content): boolean {
  const pending = [content];
  const seen = new Set<Digest>();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.type !== 'dir' && !hasOne(files, next)) return false;
    if (next.type !== 'dir' || seen.has(next.digest)) continue;
    const entries = readNode(files, next.digest);
    if (entries === undefined) return false;
    seen.add(next.digest);
    for (const entry of entries) pending.push(entry);
  }
  return true;
}
