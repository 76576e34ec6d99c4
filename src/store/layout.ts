/** Where everything of ours stands: below the root, and the cache wherever it was put. Paths only; touches nothing. */
import { join } from 'node:path';
import type { CacheConfig } from '../core/cache-config.ts';

export interface Layout {
  readonly root: string;
  readonly locks: string;
  readonly pipe: string;
  readonly cache: string;
  /** Whether a group may write in the cache. */
  readonly isCacheShared: boolean;
  readonly runRecords: string;
  readonly claims: string;
  readonly aside: string;
  readonly saved: string;
  readonly failed: string;
  readonly runs: string;
  readonly logs: string;
  readonly parsed: string;
}

/** Without a config: for what has nothing to do with the cache. */
export function layoutOf(root: string, config?: CacheConfig): Layout {
  const pipe = join(root, '.pipe');
  const cache = config?.dir ?? join(pipe, 'cache');
  return {
    root,
    locks: join(root, 'locks'),
    pipe,
    cache,
    isCacheShared: config?.shared ?? false,
    runRecords: join(cache, 'runs'),
    claims: join(pipe, 'claims'),
    aside: join(pipe, 'aside'),
    saved: join(pipe, 'saved'),
    failed: join(pipe, 'failed'),
    runs: join(pipe, 'runs'),
    logs: join(pipe, 'logs'),
    parsed: join(pipe, 'parsed'),
  };
}
