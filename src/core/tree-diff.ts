/**
 * What differs between two versions of a file or folder, by their digests: whatever has one digest on both sides is
 * not looked into. Pure: the nodes of folders come from the caller.
 */
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { type Content, sameContent } from './lock-entry.ts';
import type { TreeEntry } from './tree.ts';

export interface DataChange {
  readonly change: 'added' | 'deleted' | 'modified' | 'renamed';
  readonly path: string;
  /** Of a renamed one: what it was called. */
  readonly from?: string;
  readonly was?: Content;
  readonly now?: Content;
  /** A folder told of as a whole, because what it holds is not known here. */
  readonly isUnlisted?: boolean;
}

/** Of a folder at a path; undefined: not known here. */
export type ReadEntries = (path: string, content: Content) => readonly TreeEntry[] | undefined;

export interface TwoVersions {
  readonly was: Content | undefined;
  readonly now: Content | undefined;
  readonly readWas: ReadEntries;
  readonly readNow: ReadEntries;
}

/** Leaves only: files and links, and folders that cannot be looked into. */
export function* diffVersions(path: string, versions: TwoVersions): Generator<DataChange> {
  const { was, now, readWas, readNow } = versions;
  if (sameContent(was, now)) return;
  const before = was?.type === 'dir' ? readWas(path, was) : [];
  const after = now?.type === 'dir' ? readNow(path, now) : [];
  const isBothFolders = was?.type === 'dir' && now?.type === 'dir';
  if (before === undefined || after === undefined || (was?.type !== 'dir' && now?.type !== 'dir')) {
    const isUnlisted = was?.type === 'dir' || now?.type === 'dir';
    yield { ...leaf(path, was, now), ...(isUnlisted && { isUnlisted }) };
    return;
  }
  if (!isBothFolders && was !== undefined && was.type !== 'dir') yield leaf(path, was, undefined);
  const names = [...new Set([...before, ...after].map(({ name }) => name))].sort(compareCodeUnits);
  const [old, made] = [before, after].map((entries) => new Map(entries.map((entry) => [entry.name, entry])));
  for (const name of names)
    yield* diffVersions(`${path}/${name}`, { was: old?.get(name), now: made?.get(name), readWas, readNow });
  if (!isBothFolders && now !== undefined && now.type !== 'dir') yield leaf(path, undefined, now);
}

/** One deleted and one added file of the same content are one renamed file. Sorted by path. */
export function pairRenames(changes: readonly DataChange[]): readonly DataChange[] {
  const gone = new Map<string, DataChange[]>();
  for (const change of changes)
    if (change.change === 'deleted' && isTelling(change.was))
      gone.set(keyOf(change.was), [...(gone.get(keyOf(change.was)) ?? []), change]);
  const used = new Set<DataChange>();
  const paired = changes.map((change) => {
    const from = change.change === 'added' && isTelling(change.now) ? gone.get(keyOf(change.now))?.shift() : undefined;
    if (from === undefined) return change;
    used.add(from);
    return { ...change, change: 'renamed' as const, from: from.path, ...(from.was && { was: from.was }) };
  });
  return paired.filter((change) => !used.has(change)).sort((a, b) => compareCodeUnits(a.path, b.path));
}

function leaf(path: string, was: Content | undefined, now: Content | undefined): DataChange {
  const change = was === undefined ? 'added' : now === undefined ? 'deleted' : 'modified';
  return { change, path, ...(was && { was: plain(was) }), ...(now && { now: plain(now) }) };
}

/** Without the name that an entry of a folder has. */
const plain = ({ type, digest, size, files }: Content): Content => ({ type, digest, size, files });

/** All empty files are the same, and none is another. */
const isTelling = (content: Content | undefined): content is Content => content !== undefined && content.size > 0;

const keyOf = ({ digest, type }: Content): string => `${type} ${digest}`;
