/**
 * `get`: one file from wherever a remote could be, to a path. With its SHA-256 it is believed only if it has that, and
 * goes on where it was after a failure; without, it is taken as it comes.
 *
 * Needs no pipeline. Invariant: the path is as it was, or holds the whole file.
 */
import { existsSync, lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { type Digest, startDigest } from '../lib/digest.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { publishTemporary, temporaryBeside } from '../store/publish.ts';
import { systemFailure } from '../store/system-failure.ts';
import { syncFiles } from '../store/objects-sync.ts';
import { beginHere } from '../store/remotes/arrivals-here.ts';
import { downloadLarge, openPieces } from '../store/remotes/download.ts';
import { openRemote } from '../store/remotes/open.ts';
import { type Remote, RemoteError, type Remoted, type RemoteProblem } from '../store/remotes/remote.ts';
import type { Progress } from '../store/remotes/transfer.ts';
import { remoteFailure } from './remotes.ts';
import { signalName } from './signal-name.ts';
import type { Environment } from './workspace.ts';

export interface GetOptions {
  /** Absolute. */
  readonly cwd: string;
  /** `s3://bucket/key`, `https://…`, `ssh://host/path`, or a path. */
  readonly url: string;
  /** As typed in `cwd`; default: the last part of the URL. */
  readonly to?: string;
  /** What it has to be. */
  readonly sha256?: Digest;
  /** Over what stands there. */
  readonly force?: boolean;
  readonly env?: Environment;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Got {
  /** Absolute. */
  readonly path: string;
  readonly size: number;
  readonly digest: Digest;
}

/** Failures: source-refused, remote-*, system, interrupted. */
export async function get(options: GetOptions): Promise<Result<Got, Failure>> {
  const { cwd, url, env = process.env, signal, force = false } = options;
  const place = splitUrl(url);
  const path = resolve(cwd, options.to ?? nameIn(url));
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined && !force)
    return err({
      code: 'source-refused',
      path,
      problem: 'stands there already',
      hint: '-o writes elsewhere, --force over it',
    });
  if (isFolderHere(cwd, url))
    return err({
      code: 'source-refused',
      path: url,
      problem: 'is a folder, and one file is taken',
      hint: 'copy it into the project, and `pipe add` it',
    });
  const name = { name: url, url };
  const opened = await openRemote(
    { url: place.base },
    { root: cwd, uploads: join(dirname(path), '.pipe-uploads'), env, signal },
  );
  if (!opened.ok) return err(remoteFailure(name, opened.error));
  try {
    mkdirSync(dirname(path), { recursive: true });
    const got = await download(opened.value, { ...options, key: place.key, path });
    if (signal?.aborted === true) return err({ code: 'interrupted', signal: signalName(signal) });
    if (!got.ok) return err(remoteFailure(name, withHint(got.error)));
    return got.value === undefined
      ? err({ code: 'source-refused', path: url, problem: 'is not there' })
      : ok(got.value);
  } catch (error) {
    if (error instanceof RemoteError) return err(remoteFailure(name, error.remoteProblem));
    return err(systemFailure(error, { operation: 'write', path }));
  } finally {
    await opened.value.close();
  }
}

const isFolderHere = (cwd: string, url: string): boolean =>
  !/^[a-z][a-z0-9+.-]*:\/\//i.test(url) &&
  (statSync(resolve(cwd, url), { throwIfNoEntry: false })?.isDirectory() ?? false);

/** There is no checkout that could push it anew. */
const withHint = (problem: RemoteProblem): RemoteProblem =>
  problem.kind === 'damaged' ? { ...problem, hint: 'check where it comes from, and its digest' } : problem;

/** What a remote would be, and the key in it. */
function splitUrl(url: string): { readonly base: string; readonly key: string } {
  const [, bucket, key] = /^(s3:\/\/[^/]+)\/(.+)$/.exec(url) ?? [];
  if (bucket !== undefined && key !== undefined) return { base: bucket, key };
  // A query belongs to the whole of a URL.
  if (/^https?:/i.test(url)) return { base: url, key: '' };
  const at = url.lastIndexOf('/');
  return at < 0 ? { base: '.', key: url } : { base: url.slice(0, at) || '/', key: url.slice(at + 1) };
}

export function nameIn(url: string): string {
  const path = URL.parse(url)?.pathname ?? url;
  return basename(decodeURIComponent(path)) || 'file';
}

interface Downloading extends GetOptions {
  readonly key: string;
  readonly path: string;
}

async function download(remote: Remote, options: Downloading): Promise<Remoted<Got | undefined>> {
  const { key, path, sha256, onProgress = () => undefined } = options;
  const there = await remote.stat(key);
  const size = there.ok ? there.value : undefined;
  let bytes = 0;
  const onBytes = (count: number) => {
    bytes += count;
    onProgress({ objects: 0, bytes, totalObjects: 1, totalBytes: Math.max(bytes, size ?? 0) });
  };
  if (sha256 === undefined || size === undefined) return await downloadOnce(remote, options, onBytes);
  const folder = join(dirname(path), '.pipe-partial');
  const file = await downloadLarge(
    remote,
    { key, digest: sha256, size },
    { partials: { folder, isShared: false }, arrivals: { begin: beginHere }, onBytes },
  );
  if (file.ok && file.value !== undefined) {
    await syncFiles([file.value], dirname(path));
    publishTemporary(file.value, path);
  }
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
  if (!file.ok) return file;
  return ok(file.value === undefined ? undefined : { path, size, digest: sha256 });
}

async function downloadOnce(
  remote: Remote,
  { key, path, sha256 }: Downloading,
  onBytes: (bytes: number) => void,
): Promise<Remoted<Got | undefined>> {
  const pieces = await openPieces(remote, key);
  if (!pieces.ok || pieces.value === undefined) return pieces.ok ? ok(undefined) : pieces;
  const temporary = temporaryBeside(path);
  const file = await open(temporary, 'wx', 0o644);
  try {
    const digest = startDigest();
    let size = 0;
    for await (const piece of pieces.value) {
      digest.update(piece);
      size += piece.length;
      await file.appendFile(piece);
      onBytes(piece.length);
    }
    const found = digest.finish();
    if (sha256 !== undefined && found !== sha256)
      return err({ kind: 'refused', problem: `its SHA-256 is ${found}, not ${sha256}` });
    await file.sync();
    publishTemporary(temporary, path);
    return ok({ path, size, digest: found });
  } finally {
    await file.close();
    rmSync(temporary, { force: true });
  }
}
