/**
 * What a symbolic link counts as: its text, or what it points at.
 *
 * A link that stays inside the folder tracked is its text: what it points at is digested there anyway. One that leads
 * out of it is followed, since a stage that reads through it sees those bytes; a link into `.pipe` is the
 * object it stands for. A broken one is its text.
 */
import { readlinkSync, realpathSync, statSync, type Stats } from 'node:fs';
import { sep } from 'node:path';
import { digestOf } from '../lib/digest.ts';
import { errorCode } from './read-if-there.ts';
import { fileContent, type FileRow } from './stat-index-table.ts';
import type { Content } from '../core/lock-entry.ts';

export type Link = { readonly kind: 'text' } | { readonly kind: 'target'; readonly real: string; readonly stat: Stats };

/** Real paths: the folder tracked (undefined when the link itself is), and `.pipe`. */
export interface LinkBorders {
  readonly tracked: string | undefined;
  readonly pipe: string;
}

export function followLink(path: string, { tracked, pipe }: LinkBorders): Link {
  const real = realPath(path);
  if (real === undefined) return { kind: 'text' };
  if (tracked !== undefined && isWithin(real, tracked) && !isWithin(real, pipe)) return { kind: 'text' };
  const stat = statSync(real, { throwIfNoEntry: false });
  return stat === undefined ? { kind: 'text' } : { kind: 'target', real, stat };
}

/** A link as its text, byte for byte. No stamp is kept: reading it costs what a stat does. */
export function linkRow(path: string): FileRow {
  const text = readlinkSync(path, 'buffer');
  const never = Number.NaN;
  return { type: 'symlink', digest: digestOf(text), size: text.length, mtimeMs: never, ctimeMs: never, ino: never };
}

export const linkContent = (path: string): Content => fileContent(linkRow(path));

/** Undefined: broken, or a circle of links. */
export function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/**
 * Where a root-relative path is, or one outside the root. The system follows `..`: a root that was reached through a
 * link lies in another folder than its name says.
 */
export function placeFrom(root: string, path: string): string {
  if (path.startsWith('/')) return path;
  return path === '.' ? root : `${root}/${path}`;
}

export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
