/**
 * Objects from the cache to a remote, without listing it: the node of a folder is sent after everything it
 * names, so where a node is, all below it is, and one question answers for a whole tree.
 *
 * Order: files first, then nodes from the inside out. Invariant: a node is only sent when nothing below it is missing.
 */
import { readNode } from '../objects-restore.ts';
import type { Content } from '../../core/lock-entry.ts';
import { parseTree } from '../../core/tree.ts';
import type { Digest } from '../../lib/digest.ts';
import { forEachAtMost } from '../../lib/at-most.ts';
import { err, ok } from '../../lib/result.ts';
import { statSync } from 'node:fs';
import { objectKey, RemoteError, type Remoted } from './remote.ts';
import { Tally, type TransferParts, type Transferred } from './transfer.ts';

export interface PushParts extends TransferParts {
  /** Send what is there already too: it may be broken there. */
  readonly force: boolean;
}

/** So few new files are worth a question each before they are sent. */
const PROBES = 32;
/** Below this a question costs as much as sending the object again, which does no harm. */
const CHEAP_BYTES = 128 * 1024;

export async function pushObjects(parts: PushParts, contents: readonly Content[]): Promise<Remoted<Transferred>> {
  const tally = new Tally(parts.onProgress);
  const missing = new Set<Digest>();
  try {
    const { nodes, files } = await findAbsent(parts, contents, missing);
    await pushFiles(parts, { files, missing, tally });
    await parts.remote.settle?.();
    await pushNodes(parts, { nodes, missing, tally });
    const { objects, bytes } = tally.progress;
    return ok({ objects, bytes, missing });
  } catch (error) {
    if (error instanceof RemoteError) return err(error.remoteProblem);
    throw error;
  }
}

interface Absent {
  /** Nodes that the remote lacks, level by level from the outside in. */
  readonly nodes: readonly (readonly Digest[])[];
  /** Files that belong to them or were asked for, with their sizes; the remote may have some. */
  readonly files: ReadonlyMap<Digest, number>;
}

async function findAbsent(parts: PushParts, contents: readonly Content[], missing: Set<Digest>): Promise<Absent> {
  const files = new Map<Digest, number>();
  const seen = new Set<Digest>();
  const nodes: Digest[][] = [];
  const take = (found: readonly Content[], next: Set<Digest>) => {
    for (const { type, digest, size } of found) {
      if (type !== 'dir') files.set(digest, size);
      else if (!seen.has(digest)) next.add(digest);
      if (type === 'dir') seen.add(digest);
    }
  };
  let level = new Set<Digest>();
  take(contents, level);
  while (level.size > 0) {
    const next = new Set<Digest>();
    const absent: Digest[] = [];
    await forEachAtMost(parts.jobs, level, async (digest) => {
      const bytes = parts.files.read(digest);
      const there = parts.force && bytes !== undefined ? undefined : await statOrThrow(parts, digest);
      if (there !== undefined && (bytes === undefined || there === bytes.length)) return;
      const entries = bytes && parseTree(Buffer.from(bytes).toString('utf8'));
      if (entries?.ok !== true) return void missing.add(digest);
      absent.push(digest);
      take(entries.value, next);
    });
    nodes.push(absent);
    level = next;
  }
  return { nodes, files };
}

interface Pushing {
  readonly missing: Set<Digest>;
  readonly tally: Tally;
}

async function pushFiles(
  parts: PushParts,
  { files, missing, tally }: Pushing & { readonly files: ReadonlyMap<Digest, number> },
): Promise<void> {
  tally.expect(
    files.size,
    [...files.values()].reduce((sum, size) => sum + size, 0),
  );
  const all = [...files];
  // The first ones tell whether the rest is new there as well, as in a first push, or mostly known.
  const probes = all.slice(0, PROBES);
  let known = 0;
  const push = async ([digest, size]: readonly [Digest, number], ask: boolean) => {
    const isThere = ask && !parts.force && (await statOrThrow(parts, digest)) === size;
    if (isThere) known += 1;
    if (isThere) tally.expect(-1, -size);
    else await pushFile(parts, { digest, size, missing, tally });
  };
  await forEachAtMost(parts.jobs, probes, (file) => push(file, true));
  const isAllNew = known === 0;
  await forEachAtMost(parts.jobs, all.slice(PROBES), (file) => push(file, !isAllNew || file[1] > CHEAP_BYTES));
}

interface PushedFile extends Pushing {
  readonly digest: Digest;
  readonly size: number;
}

async function pushFile(parts: PushParts, { digest, size, missing, tally }: PushedFile): Promise<void> {
  const { remote, files } = parts;
  const key = objectKey(digest);
  const file = files.pathOf(digest);
  const isLarge = size > remote.partBytes && files.has(digest, size);
  const bytes = size > remote.partBytes ? undefined : files.read(digest);
  if (!isLarge && bytes === undefined) {
    // Not here: then it had better be there.
    if ((await statOrThrow(parts, digest)) !== size) missing.add(digest);
    return;
  }
  const told = { bytes: 0 };
  const onBytes = (count: number) => {
    told.bytes += count;
    tally.bytes(count);
  };
  const put = await remote.put(key, { from: bytes === undefined ? { file } : { bytes }, size, digest, onBytes });
  if (!put.ok) throw new RemoteError(put.error);
  tally.object(size - told.bytes);
}

async function pushNodes(
  parts: PushParts,
  { nodes, missing, tally }: Pushing & { readonly nodes: readonly (readonly Digest[])[] },
): Promise<void> {
  for (const level of [...nodes].reverse()) {
    await forEachAtMost(parts.jobs, level, async (digest) => {
      const bytes = parts.files.read(digest);
      if (bytes === undefined || lacksSome(parts, digest, missing)) return void missing.add(digest);
      tally.expect(1, bytes.length);
      const put = await parts.remote.put(objectKey(digest), { from: { bytes }, size: bytes.length, digest });
      if (!put.ok) throw new RemoteError(put.error);
      tally.object(bytes.length);
    });
    await parts.remote.settle?.();
  }
}

function lacksSome({ files }: PushParts, digest: Digest, missing: ReadonlySet<Digest>): boolean {
  return missing.size > 0 && (readNode(files, digest) ?? []).some((entry) => missing.has(entry.digest));
}

async function statOrThrow({ remote, files }: PushParts, digest: Digest): Promise<number | undefined> {
  const there = await remote.stat(objectKey(digest));
  if (!there.ok) throw new RemoteError(there.error);
  if (there.value === undefined) return undefined;
  // One of another size is torn or foreign: as good as not there, and written anew.
  const here = statSync(files.pathOf(digest), { throwIfNoEntry: false })?.size;
  return here === undefined || here === there.value ? there.value : undefined;
}
