/**
 * Files of one revision, wherever their bytes are: on the disk, in git, or in the cache by the digest that the
 * revision's lock entry records. Reads only.
 */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { isWithin } from '../core/claim.ts';
import type { Content } from '../core/lock-entry.ts';
import { parseTree, type TreeEntry } from '../core/tree.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import type { Digest } from '../lib/digest.ts';
import { trackedFiles } from '../store/git-files.ts';
import { filesBelow } from '../store/glob.ts';
import { ifThere, readBytesIfThere } from '../store/read-if-there.ts';
import type { GitTree } from '../store/git-tree.ts';
import type { ObjectStore } from '../store/objects.ts';
import type { LockSnapshot } from './lock-snapshot.ts';
import type { Workspace } from './workspace.ts';

export type FoundFile =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'absent' }
  /** Recorded, and not in this cache. */
  | { readonly kind: 'not-cached'; readonly digest: Digest };

export interface RevisionFiles {
  readonly read: (path: string) => Promise<FoundFile>;
  /** Files at or below a path, sorted; `undefined`: a folder whose node is not in this cache. */
  readonly list: (path: string) => Promise<readonly string[] | undefined>;
  /** What git keeps directly in a folder; for a file itself, its name being empty. */
  readonly kept: (path: string) => Promise<readonly KeptEntry[]>;
}

export type KeptEntry = Pick<TreeEntry, 'name' | 'type'>;

export function filesOfWorkspace({ root, ignore }: Workspace): RevisionFiles {
  return {
    read: async (path) => {
      // A folder cannot be read, and is no file.
      const bytes = ifThere(() => readFileAt(join(root, path)));
      return bytes === undefined ? { kind: 'absent' } : { kind: 'bytes', bytes };
    },
    list: async (path) => filesBelow({ root, ignore }, path),
    kept: async (path) => keptHere(root, path),
  };
}

export function filesOfCommit({ objects }: Workspace, tree: GitTree, locks: LockSnapshot): RevisionFiles {
  return {
    async read(path) {
      const committed = await tree.read(path);
      if (committed !== undefined) return { kind: 'bytes', bytes: committed };
      const recorded = recordedAt(locks, path);
      if (recorded === undefined) return { kind: 'absent' };
      const content = contentBelow(objects, recorded.content, recorded.below);
      if (content === undefined) return { kind: 'absent' };
      const bytes = 'lost' in content || content.type === 'dir' ? undefined : objects.read(content.digest);
      if (bytes !== undefined) return { kind: 'bytes', bytes };
      return { kind: 'not-cached', digest: 'lost' in content ? content.lost : content.digest };
    },
    async list(path) {
      const entry = await tree.entryAt(path);
      if (entry?.type === 'dir') return tree.filesBelow(path);
      if (entry !== undefined) return [path];
      const recorded = recordedAt(locks, path);
      const content = recorded && contentBelow(objects, recorded.content, recorded.below);
      if (content === undefined) return [];
      return 'lost' in content ? undefined : filesIn(objects, content, path);
    },
    async kept(path) {
      const entry = await tree.entryAt(path);
      if (entry === undefined || entry.type === 'module') return [];
      if (entry.type !== 'dir') return [{ name: '', type: entry.type }];
      return (await tree.list(path)).flatMap(({ name, type }) => (type === 'module' ? [] : [{ name, type }]));
    },
  };
}

export interface Recorded {
  readonly content: Content;
  /** Undefined: a source. */
  readonly stage: string | undefined;
  /** Names from what is recorded down to what was asked for. */
  readonly below: readonly string[];
}

/** What a lock entry says of a path, or of the folder around it. */
export function recordedAt({ stages, sources }: LockSnapshot, path: string): Recorded | undefined {
  const outs = stages.flatMap(({ stage, entry }) => entry.outs.map((out) => ({ ...out, stage })));
  const all = [...outs, ...sources.map((source) => ({ ...source, stage: undefined }))];
  const holder = all.find((out) => isWithin(path, out.path));
  if (holder === undefined) return undefined;
  const rest = path.slice(holder.path.length + 1);
  return { content: holder.content, stage: holder.stage, below: rest === '' ? [] : rest.split('/') };
}

/** `lost`: the node of a folder on the way that is not in the cache. */
export function contentBelow(
  objects: ObjectStore,
  content: Content,
  below: readonly string[],
): Content | { readonly lost: Digest } | undefined {
  let at: Content | undefined = content;
  for (const name of below) {
    if (at?.type !== 'dir') return undefined;
    const entries = readEntries(objects, at.digest);
    if (entries === undefined) return { lost: at.digest };
    at = entries.find((entry) => entry.name === name);
  }
  return at;
}

/** Undefined: not in the cache, or broken there. */
export function readEntries(objects: ObjectStore, digest: Digest): readonly TreeEntry[] | undefined {
  const bytes = objects.read(digest);
  const tree = bytes === undefined ? undefined : parseTree(Buffer.from(bytes).toString('utf8'));
  return tree?.ok === true ? tree.value : undefined;
}

function filesIn(objects: ObjectStore, content: Content, path: string): readonly string[] | undefined {
  if (content.type !== 'dir') return [path];
  const found: string[] = [];
  for (const entry of readEntries(objects, content.digest) ?? [undefined]) {
    const below = entry === undefined ? undefined : filesIn(objects, entry, `${path}/${entry.name}`);
    if (below === undefined) return undefined;
    found.push(...below);
  }
  return found.sort(compareCodeUnits);
}

async function keptHere(root: string, path: string): Promise<readonly KeptEntry[]> {
  const found = new Map<string, KeptEntry>();
  for (const file of (await trackedFiles(root, [path])) ?? []) {
    const [name = '', ...below] = file === path ? [''] : file.slice(path === '.' ? 0 : path.length + 1).split('/');
    found.set(name, { name, type: below.length > 0 ? 'dir' : typeAt(join(root, file)) });
  }
  return [...found.values()];
}

function typeAt(path: string): KeptEntry['type'] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isSymbolicLink()) return 'symlink';
  return ((stat?.mode ?? 0) & 0o100) === 0 ? 'file' : 'exec';
}

function readFileAt(path: string): Uint8Array | undefined {
  try {
    return readBytesIfThere(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EISDIR') return undefined;
    throw error;
  }
}
