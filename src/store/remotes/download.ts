/**
 * One object out of a remote, believed only when its bytes have the digest it is named by.
 *
 * A small one is read whole. A large one is written in order, while further parts are on their way, so
 * that the file is always a beginning of the object and can be gone on with.
 */
import { rmSync } from 'node:fs';
import { type Digest, digestOf } from '../../lib/digest.ts';
import { inOrder } from '../../lib/at-most.ts';
import { err, ok } from '../../lib/result.ts';
import type { Arrivals, ArrivingFile } from './arrivals.ts';
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

export interface ObjectReading {
  readonly remote: Remote;
  readonly arrivals: Pick<Arrivals, 'keep'>;
}

/** A small one into the cache. False: not there. */
export function readObject(
  { remote, arrivals }: ObjectReading,
  digest: Digest,
  size: number,
): Promise<Remoted<boolean>> {
  return retrying(ATTEMPTS, async () => {
    const read = await remote.read(objectKey(digest), { maxBytes: size });
    if (!read.ok || read.value === undefined) return read.ok ? ok(false) : read;
    return (await arrivals.keep(digest, read.value)) === 'kept' ? ok(true) : err(damaged(digest));
  });
}

export interface Downloading {
  readonly partials: PartialFolder;
  readonly arrivals: Pick<Arrivals, 'begin'>;
  readonly onBytes: (bytes: number) => void;
}

/** The absolute path of a complete file, for the caller to name or remove; undefined: not there. */
export async function downloadLarge(
  remote: Remote,
  wanted: LargeObject,
  { partials, arrivals, onBytes }: Downloading,
): Promise<Remoted<string | undefined>> {
  const file = takePartial(partials, wanted.digest);
  let told = 0;
  const tell = (bytes: number) => {
    // What is read again after a failure was told already.
    if (bytes > told) onBytes(bytes - told);
    told = Math.max(told, bytes);
  };
  const done = await retrying(ATTEMPTS, async (): Promise<Remoted<string | undefined>> => {
    const arriving = await arrivals.begin(file, wanted.size);
    try {
      const result = await fill(remote, wanted, { arriving, tell });
      if (!result.ok || result.value !== wanted.digest) rmUnlessUseful(file, result);
      if (!result.ok) return result;
      if (result.value === undefined) return ok(undefined);
      return result.value === wanted.digest ? ok(file) : err(damaged(wanted.digest));
    } catch (error) {
      if (error instanceof RemoteError) return err(error.remoteProblem);
      throw error;
    } finally {
      await arriving.leave();
    }
  });
  if (!done.ok) releasePartial(partials, file);
  return done;
}

interface LargeObject extends Wanted {
  readonly size: number;
}

/** A beginning is kept for the next try, unless it was found to be wrong. */
function rmUnlessUseful(file: string, result: Remoted<Digest | undefined>): void {
  if (result.ok || result.error.kind === 'damaged') rmSync(file, { force: true });
}

interface Filling {
  readonly arriving: ArrivingFile;
  /** Told how many bytes of the object are here. */
  readonly tell: (bytes: number) => void;
}

/** The digest of all that is in the file afterwards. */
async function fill(
  remote: Remote,
  { key, size }: LargeObject,
  { arriving, tell }: Filling,
): Promise<Remoted<Digest | undefined>> {
  let at = arriving.here;
  tell(at);
  const buffers = createBuffers();
  const opened = await openPieces(remote, key, { start: at, size, buffers });
  if (!opened.ok || opened.value === undefined) return opened.ok ? ok(undefined) : opened;
  for await (const piece of opened.value) {
    at += piece.length;
    if (at > size) return err({ kind: 'damaged', problem: `it sends more than the ${size} bytes there should be` });
    const isLent = buffers.isOne(piece);
    const back = await arriving.append(piece, isLent);
    if (isLent) buffers.give(back);
    tell(at);
  }
  if (at < size) return err({ kind: 'unreachable', problem: `it sent ${at} of ${size} bytes` });
  return ok(await arriving.finish());
}

/** Memory for parts, used again: to ask the system for a gigabyte of it takes longer than to fill it. */
interface Buffers {
  readonly take: (bytes: number) => Uint8Array;
  readonly isOne: (piece: Uint8Array) => boolean;
  readonly give: (buffer: Uint8Array) => void;
}

function createBuffers(): Buffers {
  const free: Uint8Array[] = [];
  const taken = new Set<ArrayBufferLike>();
  return {
    take: (bytes) => {
      const known = free.pop();
      const buffer = known !== undefined && known.length >= bytes ? known : Buffer.allocUnsafeSlow(bytes);
      taken.add(buffer.buffer);
      return buffer;
    },
    isOne: ({ buffer }) => taken.delete(buffer),
    give: (buffer) => void free.push(new Uint8Array(buffer.buffer)),
  };
}

export interface PiecesOptions {
  readonly start?: number;
  /** Undefined: whatever is there. */
  readonly size?: number;
  /** What the pieces may be in; otherwise each has memory of its own. */
  readonly buffers?: Buffers;
}

/**
 * What stands under a key, in order and in pieces; undefined: not there. A piece that does not come throws a
 * `RemoteError`, after it was tried again.
 */
export async function openPieces(
  remote: Remote,
  key: string,
  { start = 0, size, buffers }: PiecesOptions = {},
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
  return ok(ranges(remote, key, { start, end: there.value, buffers }));
}

interface Ranges extends Range {
  readonly buffers: Buffers | undefined;
}

async function* ranges(remote: Remote, key: string, { start, end, buffers }: Ranges): AsyncGenerator<Uint8Array> {
  const wanted: Range[] = [];
  const step = Math.ceil(remote.partBytes / 2);
  for (let at = start; at < end; at += step) wanted.push({ start: at, end: Math.min(end, at + step) });
  const readInto = (range: Range) =>
    remote.read(key, { range, ...(buffers && { into: buffers.take(range.end - range.start) }) });
  for await (const read of inOrder(AHEAD, wanted, readInto)) {
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
