/**
 * Writes content from the object store into the workspace, every byte checked while it is copied.
 *
 * It is made whole beside its place and then renamed, so the path is free or complete. How one file
 * comes out of the store is `store/objects-place`.
 */
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure } from '../core/failure.ts';
import type { LinkKind } from '../core/cache-config.ts';
import type { Content } from '../core/lock-entry.ts';
import { parseTree, type TreeEntry } from '../core/tree.ts';
import type { Digest } from '../lib/digest.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { Digester } from './digest.ts';
import type { ObjectFiles } from './objects-files.ts';
import { placeFile } from './objects-place.ts';
import { publishTemporary, temporaryBeside } from './publish.ts';
import { SETTLE_MS } from './stat-index.ts';
import { joinPath } from './stat-index-table.ts';
import { systemFailure } from './system-failure.ts';
import { createTurns } from './turns.ts';

export interface RestoreParts {
  readonly root: string;
  readonly files: ObjectFiles;
  readonly digester: Digester;
  /** Ways for files to come out of the store, best first. */
  readonly link: readonly LinkKind[];
}

type Restored = 'restored' | 'missing';

/** From here on, reading a folder again next time takes longer than waiting until its stamps are settled. */
const WORTH_WAITING = { files: 1000, bytes: 64 * 1024 * 1024 };
const FOLDER_MODE = 0o755;

export async function restoreContent(
  parts: RestoreParts,
  content: Content,
  path: string,
): Promise<Result<Restored, Failure>> {
  const place = resolve(parts.root, path);
  let temporary: string | undefined;
  try {
    if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) return err(occupiedFailure(path));
    makeFolders(dirname(place));
    temporary = temporaryBeside(place);
    if (!(await writeInto(parts, { content, path, to: temporary }))) return ok('missing');
    publishTemporary(temporary, place);
    return ok('restored');
  } catch (error) {
    return err(systemFailure(error, { operation: 'restore', path }));
  } finally {
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  }
}

interface Target {
  readonly content: Content;
  readonly path: string;
  readonly to: string;
}

async function writeInto(parts: RestoreParts, { content, path, to }: Target): Promise<boolean> {
  if (content.type !== 'dir') return await placeFile(parts, content, to);
  const written = new Map<string, Digest>();
  if (!(await writeFolder(parts, { digest: content.digest, to, written }))) return false;
  if (content.files >= WORTH_WAITING.files || content.size >= WORTH_WAITING.bytes) await sleep(SETTLE_MS + 5);
  parts.digester.adopt(path, { standing: to, content, digestOf: (below) => written.get(below) });
  return true;
}

interface FolderTarget {
  readonly digest: Digest;
  readonly to: string;
  /** What was written, by path below the whole folder. */
  readonly written: Map<string, Digest>;
}

async function writeFolder(parts: RestoreParts, { digest, to, written }: FolderTarget): Promise<boolean> {
  const turn = createTurns();
  const pending: { readonly below: string; readonly digest: Digest }[] = [{ below: '', digest }];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const entries = readNode(parts.files, folder.digest);
    if (entries === undefined) return false;
    makeFolder(join(to, folder.below));
    for (const entry of entries) {
      const below = joinPath(folder.below, entry.name);
      if (entry.type === 'dir') pending.push({ below, digest: entry.digest });
      else if (!(await placeFile(parts, entry, join(to, below)))) return false;
      else written.set(below, entry.digest);
      await turn();
    }
  }
  return true;
}

/** Undefined: absent, broken, or no folder. */
export function readNode(files: ObjectFiles, digest: Digest): readonly TreeEntry[] | undefined {
  const text = files.read(digest);
  const entries = text && parseTree(Buffer.from(text).toString('utf8'));
  return entries?.ok === true ? entries.value : undefined;
}

function makeFolder(path: string): void {
  mkdirSync(path);
  chmodSync(path, FOLDER_MODE);
}

/** With those that lead to it. */
function makeFolders(path: string): void {
  const first = mkdirSync(path, { recursive: true });
  if (first === undefined) return;
  for (let folder = path; folder.length >= first.length; folder = dirname(folder)) chmodSync(folder, FOLDER_MODE);
}

const occupiedFailure = (path: string): Failure => ({
  code: 'path-refused',
  path,
  problem: 'something stands there already and is not overwritten',
  hint: 'move it away and run again',
});
