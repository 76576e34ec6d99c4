/**
 * What is in a cache, for `gc` and `doctor`: objects, run records, and what was left half-written.
 *
 * Walks folders one at a time; a cache may hold millions of objects. Never follows a link.
 */
import { closeSync, lstatSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseTree, type TreeEntry } from '../core/tree.ts';
import { type Digest, isDigest } from '../lib/digest.ts';
import { ifThere, listIfThere } from './read-if-there.ts';

export interface CacheFile {
  /** Absolute. */
  readonly file: string;
  readonly size: number;
  readonly mtimeMs: number;
}

export interface ObjectFile extends CacheFile {
  readonly digest: Digest;
}

export interface RecordFile extends CacheFile {
  readonly fingerprint: string;
}

export function* listObjects(cacheDir: string): Generator<ObjectFile> {
  for (const { file, prefix, name } of namesIn(join(cacheDir, 'objects'))) {
    const digest: unknown = prefix + name;
    const stat = isDigest(digest) ? statOf(file) : undefined;
    if (stat !== undefined && isDigest(digest)) yield { digest, ...stat };
  }
}

export function* listRecords(cacheDir: string): Generator<RecordFile> {
  for (const { file, name } of namesIn(join(cacheDir, 'runs'))) {
    const stat = name.startsWith('.') || !name.endsWith('.json') ? undefined : statOf(file);
    if (stat !== undefined) yield { fingerprint: name.slice(0, -'.json'.length), ...stat };
  }
}

/** What somebody was writing when killed, or is writing now; what has arrived of a download that nobody went on with. */
export function* listTemporaries(cacheDir: string): Generator<CacheFile> {
  for (const part of ['objects', 'runs']) {
    for (const { file, name } of namesIn(join(cacheDir, part))) {
      const stat = name.startsWith('.tmp-') ? statOf(file) : undefined;
      if (stat !== undefined) yield stat;
    }
  }
  const partial = join(cacheDir, 'partial');
  for (const name of listIfThere(partial)) {
    const stat = statOf(join(partial, name));
    if (stat !== undefined) yield stat;
  }
}

/**
 * What a folder's node names; nothing for a file, which is told by its first bytes: most are large. A file
 * that reads like a node does no harm, its names are only looked at.
 */
export function folderEntries(file: string): readonly TreeEntry[] {
  const descriptor = ifThere(() => openSync(file, 'r'));
  if (descriptor === undefined) return [];
  try {
    const start = Buffer.alloc(2);
    if (readSync(descriptor, start, 0, 2, 0) < 2 || start.toString('latin1') !== '["') return [];
    const tree = parseTree(readFileSync(descriptor, 'utf8'));
    return tree.ok ? tree.value : [];
  } finally {
    closeSync(descriptor);
  }
}

/** Nothing, when somebody was quicker. */
export function removeCacheFile({ file }: CacheFile): void {
  rmSync(file, { force: true });
}

function* namesIn(folder: string): Generator<{ file: string; prefix: string; name: string }> {
  for (const prefix of [...listIfThere(folder)].sort()) {
    if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
    for (const name of listIfThere(join(folder, prefix))) yield { file: join(folder, prefix, name), prefix, name };
  }
}

/** Undefined: gone by now. */
function statOf(file: string): CacheFile | undefined {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat?.isFile() === true ? { file, size: stat.size, mtimeMs: stat.mtimeMs } : undefined;
}
