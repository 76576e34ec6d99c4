/**
 * Links in the workspace: made for what was just stored, so that its bytes are on the disk once, and
 * undone (`unprotect`), so that a file can be edited without touching the object.
 *
 * Invariant: a file gets its other form by a rename, so it is there the whole time; of a folder each file is.
 */
import { chmodSync, copyFileSync, lstatSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Content } from '../core/lock-entry.ts';
import type { Failure } from '../core/failure.ts';
import { ok, err, type Result } from '../lib/result.ts';
import { isWithin, realPath } from './digest-link.ts';
import { placeFile, type PlaceParts } from './objects-place.ts';
import { readNode } from './objects-restore.ts';
import { publishTemporary, temporaryBeside } from './publish.ts';
import { systemFailure } from './system-failure.ts';

export interface RelinkParts extends PlaceParts {
  readonly root: string;
}

/** Nothing to do where files are copied anyway. */
export async function linkContent(parts: RelinkParts, content: Content, path: string): Promise<Result<void, Failure>> {
  const first = parts.link.find((kind) => kind !== 'reflink');
  if (first === undefined || first === 'copy') return ok(undefined);
  try {
    await linkAt(parts, content, resolve(parts.root, path));
    return ok(undefined);
  } catch (error) {
    return err(systemFailure(error, { operation: 'link', path }));
  }
}

async function linkAt(parts: RelinkParts, content: Content, place: string): Promise<void> {
  if (content.type === 'dir') {
    for (const entry of readNode(parts.files, content.digest) ?? [])
      await linkAt(parts, entry, join(place, entry.name));
    return;
  }
  const stat = lstatSync(place, { throwIfNoEntry: false });
  // A link stays what it is; a file that is gone by now is the next run's affair.
  if (content.type !== 'file' || stat?.isFile() !== true) return;
  const temporary = temporaryBeside(place);
  try {
    if (await placeFile(parts, content, temporary)) publishTemporary(temporary, place);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Every link into the cache, hard or symbolic, at or below a path becomes a file of its own. Absolute paths; returns how many. */
export function unlinkFiles(place: string, cacheDir: string): number {
  const stat = lstatSync(place, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (stat.isDirectory())
    return readdirSync(place).reduce((sum, name) => sum + unlinkFiles(join(place, name), cacheDir), 0);
  const isLink = stat.isSymbolicLink() && isWithin(realPath(place) ?? '', realPath(cacheDir) ?? cacheDir);
  const isHardLink = stat.isFile() && stat.nlink > 1 && (stat.mode & 0o222) === 0;
  if (!isLink && !isHardLink) return 0;
  const temporary = temporaryBeside(place);
  try {
    const real = realpathSync.native(place);
    copyFileSync(real, temporary);
    chmodSync(temporary, (statSync(real).mode & 0o111) === 0 ? 0o644 : 0o755);
    publishTemporary(temporary, place);
  } finally {
    rmSync(temporary, { force: true });
  }
  return 1;
}
