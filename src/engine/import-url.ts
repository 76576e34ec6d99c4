/**
 * `import-url`: a file from elsewhere becomes a source, which remembers where it came from. Again for the same
 * path: what is there now, if it is something else.
 */
import { lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { sameContent } from '../core/lock-entry.ts';
import { shownUrl } from '../core/remote-settings.ts';
import type { Digest } from '../lib/digest.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { publishTemporary, temporaryBeside } from '../store/publish.ts';
import { listSourceLocks } from '../store/source-locks.ts';
import type { Progress } from '../store/remotes/transfer.ts';
import { add, type AddReport } from './add.ts';
import { get, nameIn } from './get.ts';
import { contentOf } from './inputs.ts';
import { typedPath } from './typed-path.ts';
import { openWriting, underClaim, type Writing, type WritingOptions } from './writing.ts';

export interface ImportUrlOptions extends WritingOptions {
  readonly url: string;
  /** As typed in `cwd`; default: the last part of the URL. */
  readonly to?: string;
  readonly sha256?: Digest;
  readonly onProgress?: (progress: Progress) => void;
}

/** Failures: those of `get` and of `add`. */
export async function importUrl(options: ImportUrlOptions): Promise<Result<AddReport, Failure>> {
  const { cwd, url, to = nameIn(url), sha256, env, signal, onProgress } = options;
  const opened = await openWriting(options);
  if (!opened.ok) return opened;
  const writing = opened.value;
  const path = typedPath({ root: writing.workspace.root, cwd }, to);
  if (path === undefined) return err({ code: 'source-refused', path: to, problem: 'is outside the project' });
  const free = await checkPlace(writing, path);
  if (!free.ok) return free;
  const temporary = temporaryBeside(join(writing.workspace.root, path));
  try {
    const wanted = {
      cwd,
      url,
      to: temporary,
      ...(sha256 && { sha256 }),
      ...(env && { env }),
      ...(signal && { signal }),
    };
    const got = await get({ ...wanted, ...(onProgress && { onProgress }) });
    if (!got.ok) return got;
    const placed = await underClaim<void>(writing, { name: path, scope: { writes: [path], reads: [] } }, async () => {
      publishTemporary(temporary, join(writing.workspace.root, path));
      return ok(undefined);
    });
    if (!placed.ok) return placed;
  } finally {
    rmSync(temporary, { force: true });
  }
  return await add({ ...options, paths: [to], from: shownUrl(url) });
}

/** Only a source that the cache has may make way. */
async function checkPlace({ workspace }: Writing, path: string): Promise<Result<void, Failure>> {
  if (lstatSync(join(workspace.root, path), { throwIfNoEntry: false }) === undefined) return ok(undefined);
  const locks = listSourceLocks(workspace.layout);
  if (!locks.ok) return locks;
  const lock = locks.value.find((other) => other.path === path);
  const now = await contentOf(workspace, path);
  if (!now.ok) return now;
  if (lock !== undefined && sameContent(now.value, lock.content) && workspace.objects.has(lock.content))
    return ok(undefined);
  const problem = lock === undefined ? 'stands there already, and is no source' : 'was changed, and would be lost';
  const hint =
    lock === undefined
      ? 'name another path, or move it away'
      : `\`pipe add ${path}\` keeps it, \`pipe checkout ${path}\` takes back what was there`;
  return err({ code: 'source-refused', path, problem, hint });
}
