/**
 * Brings objects of DVC from a remote into a folder of the same layout, each checked against its MD5 before it
 * gets its name. What is there already is not asked for again, so a second try goes on.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ok, type Result } from '../../lib/result.ts';
import { publishTemporary, temporaryBeside } from '../publish.ts';
import { type Remote, RemoteError, type RemoteProblem, type Remoted } from '../remotes/remote.ts';
import { dvcDigests, md5Of } from './dvc-digests.ts';
import { type DvcId, objectPaths } from './dvc-places.ts';

export type Fetched =
  | { readonly kind: 'fetched'; readonly bytes: number }
  | { readonly kind: 'absent' }
  /** What came was not what its name says. */
  | { readonly kind: 'wrong' };

export interface DvcDownload {
  /** Absolute: gets the layout of a cache. */
  readonly folder: string;
  /** The remote keeps files under their own paths. */
  readonly hasVersions: boolean;
}

export async function downloadObject(
  remote: Remote,
  id: DvcId,
  { folder, hasVersions }: DvcDownload,
): Promise<Result<Fetched, RemoteProblem>> {
  let last: Fetched = { kind: 'absent' };
  const [first = '', ...others] = objectPaths(id);
  const named = id.path;
  const keys = hasVersions && named !== undefined ? [named] : [first, ...others];
  for (const key of keys) {
    const target = join(folder, key === named ? first : key);
    mkdirSync(dirname(target), { recursive: true });
    const temporary = temporaryBeside(target);
    try {
      const bytes = await download(remote, key, temporary);
      if (!bytes.ok) return bytes;
      if (bytes.value === undefined) continue;
      if (await isWhatItSays(temporary, id)) {
        publishTemporary(temporary, target);
        return ok({ kind: 'fetched', bytes: bytes.value });
      }
      last = { kind: 'wrong' };
    } finally {
      rmSync(temporary, { force: true });
    }
  }
  return ok(last);
}

async function isWhatItSays(file: string, { md5 }: DvcId): Promise<boolean> {
  if (md5.endsWith('.dir')) return `${md5Of(await readFile(file))}.dir` === md5;
  const digests = await dvcDigests(file);
  return digests.md5 === md5 || digests.legacyMd5 === md5;
}

/** Bytes; undefined: the remote has none of that name. */
async function download(remote: Remote, key: string, temporary: string): Promise<Remoted<number | undefined>> {
  const file = await open(temporary, 'wx', 0o600);
  try {
    return await (remote.stream === undefined ? inRanges(remote, key, file) : inOneGo(remote, key, file));
  } catch (error) {
    if (error instanceof RemoteError) return { ok: false, error: error.remoteProblem };
    throw error;
  } finally {
    await file.close();
  }
}

async function inOneGo(remote: Remote, key: string, file: FileHandle): Promise<Remoted<number | undefined>> {
  const streamed = await remote.stream?.(key, 0);
  if (streamed?.ok !== true) return streamed ?? ok(undefined);
  if (streamed.value === undefined) return ok(undefined);
  let bytes = 0;
  for await (const piece of streamed.value.pieces) {
    await file.writeFile(piece);
    bytes += piece.length;
  }
  return ok(bytes);
}

async function inRanges(remote: Remote, key: string, file: FileHandle): Promise<Remoted<number | undefined>> {
  const size = await remote.stat(key);
  if (!size.ok || size.value === undefined) return size;
  for (let start = 0; start < size.value; start += remote.partBytes) {
    const end = Math.min(start + remote.partBytes, size.value);
    const piece = await remote.read(key, { range: { start, end } });
    if (!piece.ok) return piece;
    if (piece.value === undefined) return ok(undefined);
    await file.writeFile(piece.value);
  }
  return size;
}
