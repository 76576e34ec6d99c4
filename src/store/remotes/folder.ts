/**
 * A folder as a remote: on another disk, or shared over a network. Its layout is the cache's, so a
 * cache may be one.
 *
 * Invariant: a name is given by rename or link() to a file that is complete and on the disk.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { err, ok } from '../../lib/result.ts';
import { copyVerified } from '../objects-copy.ts';
import { OBJECT_MODE } from '../objects-files.ts';
import { syncFiles } from '../objects-sync.ts';
import { publishTemporary, writeTemporary } from '../publish.ts';
import { errorCode, ifThere, listIfThere } from '../read-if-there.ts';
import {
  MAX_WHOLE_BYTES,
  notThose,
  type Range,
  type Remote,
  type Remoted,
  type RemoteProblem,
  type Upload,
} from './remote.ts';

export interface FolderOptions {
  /** Absolute. */
  readonly folder: string;
  readonly isReadOnly: boolean;
  readonly partBytes: number;
}

export function createFolderRemote({ folder, isReadOnly, partBytes }: FolderOptions): Remote {
  const fileOf = (key: string) => join(folder, key);
  return {
    shown: folder,
    isReadOnly,
    partBytes,
    stat: (key) => attempt(() => statSync(fileOf(key), { throwIfNoEntry: false })?.size),
    read: (key, { range, maxBytes = MAX_WHOLE_BYTES } = {}) =>
      attempt(() => readPart(fileOf(key), range, maxBytes)).then(unpack),
    // One wait for the disk after many small files, and none for each.
    settle: () => syncAllOf(folder),
    put: (key, upload) => attempt(() => put(fileOf(key), upload)).then(unpack),
    create: (key, bytes) => attempt(() => create(fileOf(key), bytes)),
    list: (prefix) => list(folder, prefix),
    remove: (key) => attempt(() => rmSync(fileOf(key), { force: true })),
    close: async () => undefined,
  };
}

async function readPart(
  file: string,
  range: Range | undefined,
  maxBytes: number,
): Promise<Remoted<Uint8Array | undefined>> {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) return ok(undefined);
  if (range === undefined) return size > maxBytes ? err(tooLarge(size)) : ok(ifThere(() => readFileSync(file)));
  const handle = await open(file, 'r');
  try {
    const bytes = Buffer.allocUnsafe(range.end - range.start);
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await handle.read(bytes, at, bytes.length - at, range.start + at);
      if (bytesRead === 0)
        return err({ kind: 'damaged', problem: `an object is shorter than it should be (${size} bytes)` });
      at += bytesRead;
    }
    return ok(bytes);
  } finally {
    await handle.close();
  }
}

const tooLarge = (size: number): RemoteProblem => ({
  kind: 'damaged',
  problem: `an object is larger than it should be (${size} bytes)`,
});

async function put(file: string, { from, size, digest, onBytes }: Upload): Promise<Remoted<void>> {
  const temporary = freeName(file);
  try {
    if ('bytes' in from) writeTemporary(temporary, from.bytes, { mode: OBJECT_MODE, durable: false });
    else if (await copyVerified({ from: from.file, to: temporary, digest, size, mode: OBJECT_MODE }))
      await syncFiles([temporary], dirname(temporary));
    else return err(notThose(digest));
    publishTemporary(temporary, file);
    onBytes?.(size);
    return ok(undefined);
  } finally {
    rmSync(temporary, { force: true });
  }
}

async function syncAllOf(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const { syncFileSystem } = await import('../sync-file-system.ts');
  await syncFileSystem(folder);
}

function create(file: string, bytes: Uint8Array): 'created' | 'exists' {
  if (existsSync(file)) return 'exists';
  const temporary = freeName(file);
  try {
    writeTemporary(temporary, bytes);
    linkSync(temporary, file); // unlike rename it fails where something stands
    return 'created';
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return 'exists';
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Whoever may write in the folder above may write in the new one: a remote belongs to several people. */
function freeName(file: string): string {
  const folder = dirname(file);
  if (!existsSync(folder)) {
    const first = mkdirSync(folder, { recursive: true });
    for (let made = folder; first !== undefined && made.length >= first.length; made = dirname(made))
      chmodSync(made, statSync(dirname(first)).mode & 0o7777);
  }
  return join(folder, `.tmp-${randomBytes(8).toString('hex')}`);
}

async function* list(folder: string, prefix: string): ReturnType<Remote['list']> {
  for (const part of [...listIfThere(join(folder, prefix))].sort()) {
    for (const name of listIfThere(join(folder, prefix, part))) {
      const key = `${prefix}/${part}/${name}`;
      const stat = statSync(join(folder, key), { throwIfNoEntry: false });
      if (stat?.isFile() === true) yield ok({ key, size: stat.size, mtimeMs: stat.mtimeMs });
    }
  }
}

/** What the operating system refuses is the remote's refusal; anything else is a bug. */
async function attempt<T>(act: () => T | Promise<T>): Promise<Remoted<T>> {
  try {
    return ok(await act());
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined || !(error instanceof Error) || !('syscall' in error)) throw error;
    const isPassing = ['EIO', 'ESTALE', 'ETIMEDOUT', 'EAGAIN', 'EBUSY'].includes(code);
    return err({ kind: isPassing ? 'unreachable' : 'refused', problem: error.message });
  }
}

const unpack = <T>(result: Remoted<Remoted<T>>): Remoted<T> => (result.ok ? result.value : result);
