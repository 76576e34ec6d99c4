/**
 * Objects from a remote into the cache, every one believed by its digest alone.
 *
 * Bytes are written under temporary names, synced in groups, and named; the nodes of folders last, from the
 * inside out. So a kill costs at most a group, and a node that has its name was complete once.
 */
import { chmodSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Content } from '../../core/lock-entry.ts';
import { parseTree } from '../../core/tree.ts';
import type { Digest } from '../../lib/digest.ts';
import { forEachAtMost } from '../../lib/at-most.ts';
import { err, ok } from '../../lib/result.ts';
import { OBJECT_MODE } from '../objects-files.ts';
import { syncFiles } from '../objects-sync.ts';
import { writeTemporary } from '../publish.ts';
import { downloadLarge, readVerified, wantedObject } from './download.ts';
import type { PartialFolder } from './partial.ts';
import { RemoteError, type Remoted } from './remote.ts';
import { Tally, type TransferParts, type Transferred } from './transfer.ts';

export interface PullParts extends TransferParts {
  readonly partials: PartialFolder;
}

const GROUP = { objects: 1000, bytes: 64 * 1024 * 1024 };

export async function pullObjects(parts: PullParts, contents: readonly Content[]): Promise<Remoted<Transferred>> {
  const tally = new Tally(parts.onProgress);
  const missing = new Set<Digest>();
  const group = createGroup(parts);
  try {
    const { nodes, files } = await findWanted(parts, { contents, missing, tally });
    await forEachAtMost(parts.jobs, files, async ([digest, size]) => {
      await pullFile(parts, { digest, size, missing, tally, group });
    });
    await group.publish();
    if (missing.size === 0) {
      // Inner nodes were found after the outer ones that name them.
      for (const [digest, bytes] of [...nodes].reverse()) group.add(digest, bytes);
      await group.publish();
    }
    const { objects, bytes } = tally.progress;
    return ok({ objects, bytes, missing });
  } catch (error) {
    if (error instanceof RemoteError) return err(error.remoteProblem);
    throw error;
  } finally {
    group.discard();
  }
}

interface Finding {
  readonly contents: readonly Content[];
  readonly missing: Set<Digest>;
  readonly tally: Tally;
}

interface Wants {
  /** That are not in the cache, with their text, each after those that name it. */
  readonly nodes: ReadonlyMap<Digest, Uint8Array>;
  readonly files: ReadonlyMap<Digest, number>;
}

async function findWanted(parts: PullParts, { contents, missing, tally }: Finding): Promise<Wants> {
  const nodes = new Map<Digest, Uint8Array>();
  const files = new Map<Digest, number>();
  const seen = new Set<Digest>();
  const take = (found: readonly Content[], next: Set<Digest>) => {
    for (const { type, digest, size } of found) {
      if (type === 'dir' && !seen.has(digest)) next.add(digest);
      if (type === 'dir') seen.add(digest);
      else if (!files.has(digest) && !parts.files.has(digest, size)) {
        files.set(digest, size);
        tally.expect(1, size);
      }
    }
  };
  let level = new Set<Digest>();
  take(contents, level);
  while (level.size > 0) {
    const next = new Set<Digest>();
    await forEachAtMost(parts.jobs, level, async (digest) => {
      const bytes = parts.files.read(digest) ?? (await fetchNode(parts, { digest, nodes, tally }));
      const entries = bytes && parseTree(Buffer.from(bytes).toString('utf8'));
      if (entries?.ok === true) take(entries.value, next);
      else missing.add(digest);
    });
    level = next;
  }
  return { nodes, files };
}

interface FetchedNode {
  readonly digest: Digest;
  readonly nodes: Map<Digest, Uint8Array>;
  readonly tally: Tally;
}

async function fetchNode(parts: PullParts, { digest, nodes, tally }: FetchedNode): Promise<Uint8Array | undefined> {
  const read = await readVerified(parts.remote, wantedObject(digest, undefined));
  if (!read.ok) throw new RemoteError(read.error);
  if (read.value === undefined) return undefined;
  nodes.set(digest, read.value);
  tally.expect(1, read.value.length);
  tally.object(read.value.length);
  return read.value;
}

interface PulledFile {
  readonly digest: Digest;
  readonly size: number;
  readonly missing: Set<Digest>;
  readonly tally: Tally;
  readonly group: Group;
}

async function pullFile(parts: PullParts, { digest, size, missing, tally, group }: PulledFile): Promise<void> {
  const { remote, files, partials } = parts;
  if (size > remote.partBytes) {
    const wanted = { ...wantedObject(digest, undefined), size };
    const file = await downloadLarge(remote, wanted, { partials, onBytes: tally.bytes });
    if (!file.ok) throw new RemoteError(file.error);
    if (file.value === undefined) return void missing.add(digest);
    chmodSync(file.value, OBJECT_MODE);
    rmSync(files.temporary(digest), { force: true }); // makes the folder
    files.publish(file.value, digest);
    return tally.object(0);
  }
  const read = await readVerified(remote, wantedObject(digest, size));
  if (!read.ok) throw new RemoteError(read.error);
  if (read.value === undefined) return void missing.add(digest);
  group.add(digest, read.value);
  tally.object(size);
  await group.publishIfFull();
}

interface Group {
  add(digest: Digest, bytes: Uint8Array): void;
  publishIfFull(): Promise<void> | undefined;
  publish(): Promise<void>;
  /** What has no name yet. */
  discard(): void;
}

function createGroup({ files }: PullParts): Group {
  let waiting: { readonly temporary: string; readonly digest: Digest }[] = [];
  let bytesWaiting = 0;
  const unnamed = new Set<string>();
  const publish = async (): Promise<void> => {
    const group = waiting;
    waiting = [];
    bytesWaiting = 0;
    const [first] = group;
    if (first === undefined) return;
    await syncFiles(
      group.map(({ temporary }) => temporary),
      dirname(first.temporary),
    );
    for (const { temporary, digest } of group) {
      files.publish(temporary, digest);
      unnamed.delete(temporary);
    }
  };
  return {
    add: (digest, bytes) => {
      const temporary = files.temporary(digest);
      unnamed.add(temporary);
      writeTemporary(temporary, bytes, { mode: OBJECT_MODE, durable: false });
      waiting.push({ temporary, digest });
      bytesWaiting += bytes.length;
    },
    publishIfFull: () => (waiting.length >= GROUP.objects || bytesWaiting >= GROUP.bytes ? publish() : undefined),
    publish,
    discard: () => {
      for (const temporary of unnamed) rmSync(temporary, { force: true });
    },
  };
}
