/**
 * One object out of a remote, believed only when its bytes have the digest it is named by.
 *
 * A small one is read whole. A large one is written in order, while further parts are on their way, so
 * that the file is always a beginning of the object and can be gone on with.
 */
import { rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Digest, digestOf, startDigest } from '../../lib/digest.ts';
import { inOrder } from '../../lib/at-most.ts';
import { err, ok } from '../../lib/result.ts';
import { readPieces } from '../digest-pieces.ts';
import { type PartialFolder, releasePartial, takePartial } from './partial.ts';
import { objectKey, type Range, type Remote, RemoteError, type Remoted, type RemoteProblem } from './remote.ts';
import { retrying } from './retry.ts';

export interface Wanted {
  readonly key: string;
  readonly digest: Digest;
  /** Undefined: not known, as of a folder's node. */
  readonly size: number | undefined;
}

/** A wrong answer may come from something in between, once; a remote that is wrong stays wrong. */
const ATTEMPTS = { attempts: 3, firstDelayMs: 200, signal: undefined } as const;
const AHEAD = 4;

export const wantedObject = (digest: Digest, size: number | undefined): Wanted => ({
  key: objectKey(digest),
  digest,
  size,
});

/** Undefined: not there. */
export function readVerified(remote: Remote, { key, digest, size }: Wanted): Promise<Remoted<Uint8Array | undefined>> {
  return retrying(ATTEMPTS, async () => {
    const read = await remote.read(key, size === undefined ? {} : { maxBytes: size });
    if (!read.ok || read.value === undefined || digestOf(read.value) === digest) return read;
    return err(damaged(digest));
  });
}

export interface Downloading {
  readonly partials: PartialFolder;
  readonly onBytes: (bytes: number) => void;
}

/** The absolute path of a complete file, synced, for the caller to name or remove; undefined: not there. */
export async function downloadLarge(
  remote: Remote,
  wanted: Wanted & { readonly size: number },
  { partials, onBytes }: Downloading,
): Promise<Remoted<string | undefined>> {
  const file = takePartial(partials, wanted.digest);
  let told = 0;
  const done = await retrying(ATTEMPTS, async (): Promise<Remoted<string | undefined>> => {
    const handle = await open(file, 'a+', 0o644);
    try {
      const tell = (bytes: number) => {
        // What is read again after a failure was told already.
        if (bytes > told) onBytes(bytes - told);
        told = Math.max(told, bytes);
      };
      const result = await fill(remote, wanted, { handle, tell });
      if (!result.ok || result.value === undefined || result.value !== wanted.digest) rmUnlessUseful(file, result);
      if (!result.ok) return result;
      if (result.value === undefined) return ok(undefined);
      await handle.sync();
      return result.value === wanted.digest ? ok(file) : err(damaged(wanted.digest));
    } catch (error) {
      if (error instanceof RemoteError) return err(error.remoteProblem);
      throw error;
    } finally {
      await handle.close();
    }
  });
  if (!done.ok) releasePartial(partials, file);
  return done;
}

/** A beginning is kept for the next try, unless it was found to be wrong. */
function rmUnlessUseful(file: string, result: Remoted<Digest | undefined>): void {
  if (result.ok || result.error.kind === 'damaged') rmSync(file, { force: true });
}

interface Filling {
  readonly handle: FileHandle;
  /** Told how many bytes of the object are here. */
  readonly tell: (bytes: number) => void;
}

/** The digest of all that is in the file afterwards. */
async function fill(
  remote: Remote,
  { key, size }: Wanted & { readonly size: number },
  { handle, tell }: Filling,
): Promise<Remoted<Digest | undefined>> {
  const digest = startDigest();
  const here = (await handle.stat()).size;
  if (here > size) await handle.truncate(0);
  let at = here > size ? 0 : here;
  if (at > 0) await readPieces(handle, async (piece) => digest.update(piece));
  tell(at);
  const opened = await openPieces(remote, key, { start: at, size });
  if (!opened.ok || opened.value === undefined) return opened.ok ? ok(undefined) : opened;
  for await (const piece of opened.value) {
    await handle.appendFile(piece);
    digest.update(piece);
    at += piece.length;
    tell(at);
    if (at > size) return err({ kind: 'damaged', problem: `it sends more than the ${size} bytes there should be` });
  }
  if (at < size) return err({ kind: 'unreachable', problem: `it sent ${at} of ${size} bytes` });
  return ok(digest.finish());
}

export interface PiecesOptions {
  readonly start?: number;
  /** Undefined: whatever is there. */
  readonly size?: number;
}

/**
 * What stands under a key, in order and in pieces; undefined: not there. A piece that does not come throws a
 * `RemoteError`, after it was tried again.
 */
export async function openPieces(
  remote: Remote,
  key: string,
  { start = 0, size }: PiecesOptions = {},
): Promise<Remoted<AsyncIterable<Uint8Array> | undefined>> {
  if (remote.stream !== undefined) {
    const opened = await remote.stream(key, start);
    if (!opened.ok || opened.value === undefined) return opened.ok ? ok(undefined) : opened;
    const { start: from, pieces } = opened.value;
    return ok(from === start ? pieces : skip(pieces, start - from));
  }
  // One question before many: a missing object is no failure of its first part.
  const there = await remote.stat(key);
  if (!there.ok || there.value === undefined) return there.ok ? ok(undefined) : there;
  if (size !== undefined && there.value !== size)
    return err({
      kind: 'damaged',
      problem: `an object there has ${there.value} bytes instead of ${size}`,
      hint: REWRITE,
    });
  return ok(ranges(remote, key, { start, end: there.value }));
}

async function* ranges(remote: Remote, key: string, { start, end }: Range): AsyncGenerator<Uint8Array> {
  const wanted: Range[] = [];
  const step = Math.ceil(remote.partBytes / 2);
  for (let at = start; at < end; at += step) wanted.push({ start: at, end: Math.min(end, at + step) });
  for await (const read of inOrder(AHEAD, wanted, (range) => remote.read(key, { range }))) {
    if (!read.ok) throw new RemoteError(read.error);
    if (read.value === undefined)
      throw new RemoteError({ kind: 'refused', problem: 'the remote does not have the object' });
    yield read.value;
  }
}

/** A server that knows no ranges sends what is here already once more. */
async function* skip(all: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let rest = count;
  for await (const piece of all) {
    if (rest < piece.length) yield piece.subarray(rest);
    rest = Math.max(0, rest - piece.length);
  }
}

const damaged = (digest: Digest): RemoteProblem => ({
  kind: 'damaged',
  problem: `what it sent for ${digest.slice(0, 12)} is something else`,
  hint: REWRITE,
});

const REWRITE = '`pipe push --force` from a checkout that has it writes it anew';
