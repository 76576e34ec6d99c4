/**
 * One file out of the store into the workspace, verified: as a reflink, a hard link, a symbolic link
 * or a copy, whatever comes first in the list and works here. A copy always does.
 *
 * Copies get 0644 or 0755 whatever the umask: a restored script has to run as the original did. Links
 * keep the object's 0444: who writes through one would damage the object. Executables are never linked.
 */
import { linkSync, rmSync, symlinkSync } from 'node:fs';
import type { LinkKind } from '../core/cache-config.ts';
import type { Content } from '../core/lock-entry.ts';
import { cloneVerified, type Copy, copyVerified, digestAt } from './objects-copy.ts';
import type { ObjectFiles } from './objects-files.ts';
import { errorCode } from './read-if-there.ts';

export interface PlaceParts {
  readonly files: ObjectFiles;
  readonly link: readonly LinkKind[];
}

const MODES = { file: 0o644, exec: 0o755 };

/** False: the object is absent or broken. */
export async function placeFile(parts: PlaceParts, { type, digest, size }: Content, to: string): Promise<boolean> {
  const { files, link } = parts;
  if (type === 'dir') throw new Error('a folder is placed file by file');
  if (type === 'symlink') {
    const text = files.read(digest);
    if (text !== undefined) symlinkSync(Buffer.from(text), to);
    return text !== undefined;
  }
  try {
    const copy = { from: files.pathOf(digest), to, digest, size, mode: MODES[type] };
    if (await place(type === 'exec' ? [] : link, copy)) return true;
    files.quarantine(digest);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  return false;
}

async function place(link: readonly LinkKind[], copy: Copy): Promise<boolean> {
  for (const [index, kind] of link.entries()) {
    // A copy shares blocks by itself where it can, and knows the quickest way.
    if (kind === 'copy' || (kind === 'reflink' && link[index + 1] === 'copy')) break;
    const placed = kind === 'reflink' ? await cloneVerified(copy) : await linkVerified(kind, copy);
    if (placed !== 'unable') return placed;
  }
  return await copyVerified(copy);
}

async function linkVerified(kind: 'hardlink' | 'symlink', { from, to, digest }: Copy): Promise<boolean | 'unable'> {
  if ((await digestAt(from)) !== digest) return false;
  try {
    if (kind === 'hardlink') linkSync(from, to);
    else symlinkSync(from, to);
    return true;
  } catch (error) {
    // Another file system, too many links, or one that knows no links.
    if (!['EXDEV', 'EMLINK', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP'].includes(errorCode(error) ?? '')) throw error;
    rmSync(to, { force: true });
    return 'unable';
  }
}
