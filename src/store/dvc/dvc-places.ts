/**
 * Where DVC keeps the bytes of an MD5 on this machine: its cache, caches elsewhere, and remotes that are
 * folders, all of one layout: `files/md5/ab/cdef…` since DVC 3, `ab/cdef…` before.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface DvcPlaces {
  /** Absolute paths of files that may be it, likeliest first; whether they are has to be checked. */
  candidates(id: DvcId): readonly string[];
}

export interface DvcId {
  /** With `.dir` for a folder's list. */
  readonly md5: string;
  readonly isLegacy: boolean;
  /** Root-relative: where a remote that has versions keeps it. */
  readonly path?: string;
}

/** `folders`: absolute, in the order in which they are asked. */
export function createDvcPlaces(folders: readonly string[]): DvcPlaces {
  return {
    candidates: (id) =>
      folders.flatMap((folder) => objectPaths(id).map((path) => join(folder, path))).filter((file) => existsSync(file)),
  };
}

/** Relative, with `/`: in a cache or a remote. Caches that were carried over have objects in both places. */
export function objectPaths({ md5, isLegacy }: DvcId): readonly string[] {
  const plain = `${md5.slice(0, 2)}/${md5.slice(2)}`;
  const paths = [`files/md5/${plain}`, plain];
  return isLegacy ? paths.toReversed() : paths;
}
