/**
 * Which objects of a path in the workspace are not in the store yet, and where their bytes are.
 *
 * Writes nothing. Invariant: they are listed in the order in which they may get their names, a folder's
 * node after everything it names. A link out of the root is refused: restored elsewhere it would be something else.
 */
import { lstatSync, readlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { sameContent, type Content } from '../core/lock-entry.ts';
import { renderTree } from '../core/tree.ts';
import { digestOf, type Digest } from '../lib/digest.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { Digester } from './digest.ts';
import { isWithin, realPath } from './digest-link.ts';
import type { ObjectFiles } from './objects-files.ts';
import type { SyncGroup } from './sync-group.ts';
import { joinPath } from './stat-index-table.ts';

export interface MissingObject {
  readonly digest: Digest;
  readonly size: number;
  readonly from: { readonly file: string } | { readonly bytes: Uint8Array };
}

export interface StoreParts {
  readonly root: string;
  /** Real paths that links may point into; asked for where there is one. */
  readonly allowed: () => readonly string[];
  readonly files: ObjectFiles;
  readonly digester: Digester;
  /** Somebody else waits for the disk; absent: whoever stores does. */
  readonly syncs?: SyncGroup | undefined;
}

type Listing = Result<readonly MissingObject[], Failure>;

export async function listMissing(parts: StoreParts, path: string, content: Content): Promise<Listing> {
  if (content.type !== 'dir') return listFile(parts, path, content);
  const refused = refuseLink(parts, path);
  if (refused !== undefined) return err(refused);
  const listed = listFolder(parts, path);
  if (!listed.ok || listed.value.at(-1)?.digest === content.digest) return keepMissing(parts, listed);
  // What was last looked at here is something else, or nothing: look now.
  const now = await parts.digester.digest(path);
  if (!now.ok) return now;
  return sameContent(now.value, content) ? keepMissing(parts, listFolder(parts, path)) : err(changedFailure(path));
}

export const changedFailure = (path: string): Failure => ({
  code: 'path-refused',
  path,
  problem: 'changed while it was being stored',
  hint: 'find out what else writes there and run again when it is done',
});

function listFile(parts: StoreParts, path: string, { type, digest, size }: Content): Listing {
  if (parts.files.has(digest, size)) return ok([]);
  const file = resolve(parts.root, path);
  if (type === 'symlink') return ok([{ digest, size, from: { bytes: readlinkSync(file, 'buffer') } }]);
  const refused = refuseLink(parts, path);
  return refused === undefined ? ok([{ digest, size, from: { file } }]) : err(refused);
}

/** Every object of the folder once; its own node is the last. */
function listFolder(parts: StoreParts, path: string): Listing {
  const objects = new Map<Digest, MissingObject>();
  for (const { folder, entries } of parts.digester.nodes(path)) {
    for (const { name, type, digest, size } of entries) {
      const below = `${path}/${joinPath(folder, name)}`;
      const file = resolve(parts.root, below);
      if (type === 'symlink') objects.set(digest, { digest, size, from: { bytes: readlinkSync(file, 'buffer') } });
      const refused = type === 'symlink' ? undefined : refuseLink(parts, below);
      if (refused !== undefined) return err(refused);
      if (type === 'file' || type === 'exec') objects.set(digest, { digest, size, from: { file } });
    }
    const node = Buffer.from(renderTree(entries));
    const digest = digestOf(node);
    objects.set(digest, { digest, size: node.length, from: { bytes: node } });
  }
  return ok([...objects.values()]);
}

/**
 * All objects of what stands at a path and was digested just now, wherever its links lead: for bytes that
 * another tool keeps and links to.
 */
export function objectsAt(
  root: string,
  digester: Digester,
  path: string,
  { type, digest, size }: Content,
): readonly MissingObject[] {
  const from = (at: string, kind: Content['type']) => {
    const file = resolve(root, at);
    return kind === 'symlink' ? { bytes: readlinkSync(file, 'buffer') } : { file };
  };
  if (type !== 'dir') return [{ digest, size, from: from(path, type) }];
  const objects = new Map<Digest, MissingObject>();
  for (const { folder, entries } of digester.nodes(path)) {
    for (const entry of entries.filter((one) => one.type !== 'dir'))
      objects.set(entry.digest, {
        digest: entry.digest,
        size: entry.size,
        from: from(`${path}/${joinPath(folder, entry.name)}`, entry.type),
      });
    const bytes = Buffer.from(renderTree(entries));
    const node = digestOf(bytes);
    objects.set(node, { digest: node, size: bytes.length, from: { bytes } });
  }
  return [...objects.values()];
}

const keepMissing = ({ files }: StoreParts, listed: Listing): Listing =>
  listed.ok ? ok(listed.value.filter(({ digest, size }) => !files.has(digest, size))) : listed;

/** Of something that was followed: a link inside the root, or into the cache, is as good as a copy. */
function refuseLink({ root, allowed }: StoreParts, path: string): Failure | undefined {
  const file = resolve(root, path);
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined;
  const real = realPath(file);
  if (real === undefined || allowed().some((folder) => isWithin(real, folder))) return undefined;
  return {
    code: 'path-refused',
    path,
    problem: `is a link that leaves the project (to ${real}), and its content would be lost when restored elsewhere`,
    hint: 'let the stage write a copy, or declare the out with cache: false',
  };
}
