/**
 * Brings objects of DVC from a remote that is a web server into a folder of the same layout, each checked
 * against its MD5 before it gets its name. What is there already is not asked for again, so a second try goes on.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../../lib/result.ts';
import { publishTemporary, temporaryBeside } from '../publish.ts';
import { dvcDigests, md5Of } from './dvc-digests.ts';
import { type DvcId, objectPaths } from './dvc-places.ts';

export interface WebRemote {
  readonly url: string;
  /** Sent with each request: what the configuration says of a user and a password. */
  readonly headers: Readonly<Record<string, string>>;
}

export type Fetched =
  | { readonly kind: 'fetched'; readonly bytes: number }
  | { readonly kind: 'absent' }
  /** What came was not what its name says. */
  | { readonly kind: 'wrong' };

export interface DownloadOptions {
  /** Absolute. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Without a byte for so long, a server counts as gone. */
const SILENCE_MS = 30_000;

/** The failure: the server cannot be reached, or wants something that it was not given. */
export async function downloadObject(
  remote: WebRemote,
  id: DvcId,
  { folder, signal }: DownloadOptions,
): Promise<Result<Fetched, string>> {
  let last: Fetched = { kind: 'absent' };
  for (const path of objectPaths(id)) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    const temporary = temporaryBeside(target);
    try {
      const got = await download(`${remote.url.replace(/\/+$/, '')}/${path}`, { remote, temporary, signal });
      if (!got.ok) return got;
      if (got.value === undefined) continue;
      if (!(await isWhatItSays(temporary, id))) {
        last = { kind: 'wrong' };
        continue;
      }
      publishTemporary(temporary, target);
      return ok({ kind: 'fetched', bytes: got.value });
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

interface Download {
  readonly remote: WebRemote;
  readonly temporary: string;
  readonly signal: AbortSignal;
}

/** Bytes; undefined: the server has none of that name. */
async function download(
  url: string,
  { remote, temporary, signal }: Download,
): Promise<Result<number | undefined, string>> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error(`nothing came for ${SILENCE_MS / 1000} s`)), SILENCE_MS);
  try {
    const response = await fetch(url, {
      headers: { ...remote.headers, 'accept-encoding': 'identity' },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if ([404, 410].includes(response.status)) return ok(undefined);
    if (response.status === 401 || response.status === 403)
      return err(`the server answers ${response.status}: it wants a user who may read`);
    if (!response.ok) return err(`the server answers ${response.status}`);
    const file = await open(temporary, 'wx', 0o600);
    try {
      let bytes = 0;
      for await (const piece of response.body ?? []) {
        timer.refresh();
        await file.writeFile(piece);
        bytes += piece.length;
      }
      return ok(bytes);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (signal.aborted) throw error;
    return err(reasonOf(error));
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message;
}
