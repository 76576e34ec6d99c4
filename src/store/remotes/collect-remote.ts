/**
 * Takes out of a remote what nobody needs: the one place that lists it. Knows nothing of commits.
 *
 * Order: run records, then the nodes of folders from the outside in, then files. Invariant, at any instant: below a
 * node that is there, everything is there. `push` takes one for the whole of its folder.
 */
import type { Content } from '../../core/lock-entry.ts';
import { parseTree, type TreeEntry } from '../../core/tree.ts';
import { forEachAtMost } from '../../lib/at-most.ts';
import { type Digest, digestOf, isDigest } from '../../lib/digest.ts';
import { err, ok } from '../../lib/result.ts';
import { folderEntries } from '../objects-list.ts';
import type { ObjectFiles } from '../objects-files.ts';
import { readNode } from '../objects-restore.ts';
import { parseRecord } from '../run-cache.ts';
import { type Listed, objectKey, type Remote, RemoteError, type Remoted } from './remote.ts';

export interface CollectParts {
  readonly remote: Remote;
  /** Of the cache: what is here need not be asked for. */
  readonly files: ObjectFiles;
  readonly jobs: number;
  readonly signal: AbortSignal | undefined;
}

export interface CollectChoice {
  /** Digests of objects and fingerprints of records; all below a folder is needed too. */
  readonly needed: ReadonlySet<string>;
  /** What was written later stays, with everything that it names. Milliseconds of the epoch. */
  readonly youngestMs: number;
  readonly keepsRecords: boolean;
  readonly dry: boolean;
}

export interface Collected {
  readonly objects: Divided;
  readonly records: Divided;
  /** Half-written, and older than that. */
  readonly temporaries: readonly Listed[];
}

export interface Divided {
  readonly kept: readonly Listed[];
  readonly removed: readonly Listed[];
}

export async function collectRemote(parts: CollectParts, choice: CollectChoice): Promise<Remoted<Collected>> {
  try {
    return ok(await collect(parts, choice));
  } catch (error) {
    if (error instanceof RemoteError) return err(error.remoteProblem);
    throw error;
  }
}

async function collect(parts: CollectParts, choice: CollectChoice): Promise<Collected> {
  const { needed, youngestMs, keepsRecords, dry } = choice;
  const isYoung = ({ mtimeMs }: Listed) => !(mtimeMs <= youngestMs);
  const listed = [await listAll(parts, 'objects'), await listAll(parts, 'runs')] as const;
  const objects = new Map(listed[0].flatMap((one) => (digestIn(one) ? [[digestIn(one), one] as const] : [])));
  const isNeededRecord = (one: Listed) => keepsRecords || isYoung(one) || needed.has(fingerprintIn(one) ?? '');
  const records = divide(
    listed[1].filter((one) => fingerprintIn(one) !== undefined),
    isNeededRecord,
  );
  const roots = new Set<string>(needed);
  for (const [digest, one] of objects) if (isYoung(one) && digest !== undefined) roots.add(digest);
  await forEachAtMost(parts.jobs, records.kept, async (record) => {
    for (const { digest } of await contentsOf(parts, record)) roots.add(digest);
  });
  const reached = await reach(parts, roots, objects);
  const divided = divide(objects.values(), (one) => reached.has(digestIn(one) ?? ''));
  const temporaries = listed.flat().filter((one) => /\/\.tmp-[^/]+$/.test(one.key) && !isYoung(one));
  if (!dry) {
    const { nodes, files } = await nodesFirst(parts, divided.removed);
    await removeAll(parts, [...records.removed, ...temporaries]);
    for (const level of nodes) await removeAll(parts, level);
    await removeAll(parts, files);
  }
  return { objects: divided, records, temporaries };
}

async function listAll({ remote, signal }: CollectParts, prefix: string): Promise<readonly Listed[]> {
  const all: Listed[] = [];
  for await (const one of remote.list(prefix)) {
    if (!one.ok) throw new RemoteError(one.error);
    stopIfAsked(signal);
    all.push(one.value);
  }
  return all;
}

/** Undefined: nothing of ours, and left alone. */
function digestIn({ key }: Listed): Digest | undefined {
  const digest: unknown = key.replace(/^objects\/([0-9a-f]{2})\//, '$1');
  return isDigest(digest) ? digest : undefined;
}

function fingerprintIn({ key }: Listed): string | undefined {
  return /^runs\/[0-9a-f]{2}\/([0-9a-f]{64})\.json$/.exec(key)?.[1];
}

/** Of one that cannot be believed: nothing, as for whoever pulls it. */
async function contentsOf({ remote, signal }: CollectParts, record: Listed): Promise<readonly Content[]> {
  stopIfAsked(signal);
  const read = await remote.read(record.key);
  if (!read.ok) throw new RemoteError(read.error);
  const fingerprint = fingerprintIn(record);
  if (read.value === undefined || fingerprint === undefined) return [];
  return parseRecord(Buffer.from(read.value).toString('utf8'), fingerprint)?.outs.map(({ content }) => content) ?? [];
}

type Objects = ReadonlyMap<Digest | undefined, Listed>;

/** The roots, and everything below the folders among them. A node that is broken ends it all: what it names is not known. */
async function reach(parts: CollectParts, roots: ReadonlySet<string>, objects: Objects): Promise<ReadonlySet<string>> {
  const reached = new Set<string>(roots);
  const opened = new Set<string>();
  let level: ReadonlySet<string> = roots;
  while (level.size > 0) {
    const next = new Set<string>();
    await forEachAtMost(parts.jobs, level, async (digest) => {
      if (opened.has(digest) || !isDigest(digest)) return;
      opened.add(digest);
      const entries = await entriesOf(parts, digest, objects.get(digest));
      if (entries === 'broken') throw new RemoteError(brokenNode(digest));
      for (const entry of entries) {
        reached.add(entry.digest);
        if (entry.type === 'dir') next.add(entry.digest);
      }
    });
    level = next;
  }
  return reached;
}

/** Nothing for a file, and for what is nowhere. */
async function entriesOf(
  { remote, files, signal }: CollectParts,
  digest: Digest,
  listed: Listed | undefined,
): Promise<readonly TreeEntry[] | 'broken'> {
  stopIfAsked(signal);
  // Here it is told at once, and believed when it is whole.
  if (folderEntries(files.pathOf(digest)).length > 0) {
    const entries = readNode(files, digest);
    if (entries !== undefined) return entries;
  }
  if (listed === undefined || listed.size < START.length) return [];
  const start = await remote.read(objectKey(digest), { range: { start: 0, end: START.length } });
  if (!start.ok) throw new RemoteError(start.error);
  if (Buffer.from(start.value ?? []).toString('latin1') !== START) return [];
  const read = await remote.read(objectKey(digest));
  if (!read.ok) throw new RemoteError(read.error);
  if (read.value === undefined) return [];
  if (digestOf(read.value) !== digest) return 'broken';
  const tree = parseTree(Buffer.from(read.value).toString('utf8'));
  return tree.ok ? tree.value : [];
}

/** How every node of a folder begins. A file that begins so is read whole, and does no harm. */
const START = '["';

const brokenNode = (digest: Digest) =>
  ({
    kind: 'damaged',
    problem: `its object ${digest.slice(0, 12)} is broken, and what it names is not known: nothing was removed`,
    hint: '`pipe push --force` from a checkout that has it writes it anew',
  }) as const;

interface Removal {
  /** From the outside in. */
  readonly nodes: readonly (readonly Listed[])[];
  readonly files: readonly Listed[];
}

async function nodesFirst(parts: CollectParts, removed: readonly Listed[]): Promise<Removal> {
  const folders = new Map<Digest, { readonly listed: Listed; readonly below: readonly Digest[] }>();
  const files: Listed[] = [];
  await forEachAtMost(parts.jobs, removed, async (listed) => {
    const digest = digestIn(listed);
    const entries = digest === undefined ? [] : await entriesOf(parts, digest, listed);
    const below = entries === 'broken' ? [] : entries.flatMap(({ type, digest }) => (type === 'dir' ? [digest] : []));
    if (digest === undefined || entries.length === 0) files.push(listed);
    else folders.set(digest, { listed, below });
  });
  const nodes: Listed[][] = [];
  // Names lead down only, so there is always one that nothing left names.
  while (folders.size > 0) {
    const named = new Set([...folders.values()].flatMap(({ below }) => below));
    const level = [...folders].filter(([digest]) => !named.has(digest));
    for (const [digest] of level) folders.delete(digest);
    nodes.push(level.map(([, { listed }]) => listed));
  }
  return { nodes, files };
}

async function removeAll({ remote, jobs, signal }: CollectParts, all: readonly Listed[]): Promise<void> {
  await forEachAtMost(jobs, all, async ({ key }) => {
    stopIfAsked(signal);
    const removed = await remote.remove(key);
    if (!removed.ok) throw new RemoteError(removed.error);
  });
}

function stopIfAsked(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new RemoteError({ kind: 'stopped', problem: 'stopped' });
}

function divide(all: Iterable<Listed>, isKept: (one: Listed) => boolean): Divided {
  const divided = { kept: [] as Listed[], removed: [] as Listed[] };
  for (const one of all) divided[isKept(one) ? 'kept' : 'removed'].push(one);
  return divided;
}
