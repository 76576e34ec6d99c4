/**
 * Objects as files: `objects/ab/cdef…`, read-only, named by the SHA-256 of their bytes.
 *
 * Knows nothing of folders as trees. Invariant: what is handed out matches its name; what does not is
 * moved to `quarantine/`, where a person can look at it, and is absent from then on.
 */
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CacheConfig } from '../core/cache-config.ts';
import { digestOf, type Digest } from '../lib/digest.ts';
import { makeCacheFolder } from './cache-folder.ts';
import { publishFile, publishTemporary } from './publish.ts';
import { ifThere, readBytesIfThere } from './read-if-there.ts';

/** Nobody edits an object by mistake. */
export const OBJECT_MODE = 0o444;

/** Not by `join`, which would take longer than the system does to answer whether it is there. */
export const objectFile = (cacheDir: string, digest: Digest): string =>
  `${cacheDir}/objects/${digest.slice(0, 2)}/${digest.slice(2)}`;

export interface ObjectFiles {
  /** Absolute. */
  pathOf(digest: Digest): string;
  /** One of another size was torn by a power cut and counts as absent. `size` undefined: not known. */
  has(digest: Digest, size: number | undefined): boolean;
  read(digest: Digest): Uint8Array | undefined;
  put(bytes: Uint8Array): Digest;
  /** A free name beside the object's. */
  temporary(digest: Digest): string;
  publish(temporary: string, digest: Digest): void;
  quarantine(digest: Digest): void;
}

export function createObjectFiles({ dir: cacheDir, shared }: Pick<CacheConfig, 'dir' | 'shared'>): ObjectFiles {
  const pathOf = (digest: Digest): string => objectFile(cacheDir, digest);
  const has = (digest: Digest, size: number | undefined): boolean => {
    const stat = statSync(pathOf(digest), { throwIfNoEntry: false });
    return stat !== undefined && (size === undefined || stat.size === size);
  };
  // Thousands at a time: no folder is made twice, and no name needs random bytes of its own.
  const made = new Set<string>();
  const salt = randomBytes(5).toString('hex');
  let serial = 0;
  const quarantine = (digest: Digest): void => {
    const to = join(cacheDir, 'quarantine', `${digest}-${randomBytes(4).toString('hex')}`);
    makeCacheFolder(dirname(to), shared);
    ifThere(() => publishTemporary(pathOf(digest), to)); // another process may have been quicker
  };
  return {
    pathOf,
    has,
    read(digest) {
      const bytes = readBytesIfThere(pathOf(digest));
      if (bytes === undefined || digestOf(bytes) === digest) return bytes;
      quarantine(digest);
      return undefined;
    },
    put(bytes) {
      const digest = digestOf(bytes);
      if (has(digest, bytes.length)) return digest;
      makeCacheFolder(dirname(pathOf(digest)), shared);
      publishFile(pathOf(digest), bytes, { mode: OBJECT_MODE });
      return digest;
    },
    temporary(digest) {
      const folder = dirname(pathOf(digest));
      if (!made.has(folder)) makeCacheFolder(folder, shared);
      made.add(folder);
      serial += 1;
      return join(folder, `.tmp-${salt}${serial.toString(16).padStart(6, '0')}`);
    },
    publish: (temporary, digest) => publishTemporary(temporary, pathOf(digest)),
    quarantine,
  };
}
