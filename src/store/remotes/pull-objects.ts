/**
 * Objects from a remote into the cache, every one believed by its digest alone.
 *
 * The nodes of folders come last, from the inside out. So a kill costs what is under way, and a node that has its
 * name was complete once.
 */
import { chmodSync, rmSync } from 'node:fs';
import type { Content } from '../../core/lock-entry.ts';
import { parseTree } from '../../core/tree.ts';
import type { Digest } from '../../lib/digest.ts';
import { forEachAtMost } from '../../lib/at-most.ts';
import { err, ok } from '../../lib/result.ts';
import { OBJECT_MODE } from '../objects-files.ts';
import type { Arrivals } from './arrivals.ts';
import { downloadLarge, readObject, readVerified, wantedObject } from './download.ts';
import type { PartialFolder } from './partial.ts';
import { RemoteError, type Remoted } from './remote.ts';
import { Tally, type TransferParts, type Transferred } from './transfer.ts';

export interface PullParts extends TransferParts {
  readonly partials: PartialFolder;
  readonly arrivals: Arrivals;
}

export async function pullObjects(parts: PullParts, contents: readonly Content[]): Promise<Remoted<Transferred>> {
  const tally = new Tally(parts.onProgress);
  const missing = new Set<Digest>();
  try {
    const { nodes, files } = await findWanted(parts, { contents, missing, tally });
    await forEachAtMost(parts.jobs, files, async ([digest, size]) => {
      await pullFile(parts, { digest, size, missing, tally });
    });
    if (missing.size === 0) {
      // Inner nodes were found after the outer ones that name them, and are written in this order.
      await Promise.all([...nodes].reverse().map(([digest, bytes]) => parts.arrivals.keep(digest, bytes)));
    }
    const { objects, bytes } = tally.progress;
    return ok({ objects, bytes, missing });
  } catch (error) {
    if (error instanceof RemoteError) return err(error.remoteProblem);
    throw error;
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
}

async function pullFile(parts: PullParts, pulled: PulledFile): Promise<void> {
  const { digest, size, missing, tally } = pulled;
  const isLarge = size > parts.remote.partBytes;
  const found = isLarge ? await pullLarge(parts, pulled) : await readObject(parts, digest, size);
  if (!found.ok) throw new RemoteError(found.error);
  if (found.value) tally.object(isLarge ? 0 : size);
  else missing.add(digest);
}

/** False: not there. */
async function pullLarge(parts: PullParts, { digest, size, tally }: PulledFile): Promise<Remoted<boolean>> {
  const { remote, files, partials, arrivals } = parts;
  const wanted = { ...wantedObject(digest, undefined), size };
  const file = await downloadLarge(remote, wanted, { partials, arrivals, onBytes: tally.bytes });
  if (!file.ok || file.value === undefined) return file.ok ? ok(false) : file;
  chmodSync(file.value, OBJECT_MODE);
  rmSync(files.temporary(digest), { force: true }); // makes the folder
  files.publish(file.value, digest);
  return ok(true);
}
