/**
 * `gc`: takes out of the cache what nobody needs (`engine/gc-needs`), and no run that is kept for its age. Whatever
 * is younger than a day stays: somebody may be about to name it. While something runs, every run record stays, and while
 * something is pushed, every object.
 *
 * Order: run records, then folders, then files. So a folder that is there is whole, whenever we are killed,
 * and a run that finds something gone simply runs.
 */
import type { Failure } from '../core/failure.ts';
import { type Digest, isDigest } from '../lib/digest.ts';
import { ok, type Result } from '../lib/result.ts';
import { forgetCheckout } from '../store/cache-folder.ts';
import {
  type CacheFile,
  folderEntries,
  listObjects,
  listRecords,
  listTemporaries,
  type ObjectFile,
  removeCacheFile,
} from '../store/objects-list.ts';
import { objectFile } from '../store/objects-files.ts';
import { readRecordFile } from '../store/run-cache.ts';
import { announceGc, isPushing } from './announce.ts';
import { type KeepScope, readNeeds } from './gc-needs.ts';
import { openWriting, type Writing, type WritingOptions } from './writing.ts';

export interface GcOptions extends WritingOptions, KeepScope {
  /** Keep every run and commit younger than this, and what it made; at least one day. */
  readonly keepDays?: number;
  /** Only say what would go. */
  readonly dry?: boolean;
}

export interface Amount {
  readonly files: number;
  readonly bytes: number;
}

export interface GcReport {
  readonly dry: boolean;
  readonly objects: { readonly kept: Amount; readonly removed: Amount };
  readonly records: { readonly kept: Amount; readonly removed: Amount };
  /** Left half-written by killed processes. */
  readonly temporaries: Amount;
  /** Roots of the checkouts whose needs were kept. */
  readonly checkouts: readonly string[];
  /** Checkouts that are gone, and are asked no more. */
  readonly gone: readonly string[];
  /** Checkouts in which something runs: because of them every run record, and what it names, stays this time. */
  readonly busy: readonly string[];
  /** Checkouts from which something is pushed: because of them every object stays this time. */
  readonly pushing: readonly string[];
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Failures: no-pipeline, pipeline-invalid, checkout-unreachable, no-git, system. */
export async function gc(options: GcOptions): Promise<Result<GcReport, Failure>> {
  const opened = await openWriting(options);
  if (!opened.ok) return opened;
  if (options.dry === true) return await collect(opened.value, options);
  const announced = announceGc(opened.value.workspace);
  try {
    return await collect(opened.value, options);
  } finally {
    announced();
  }
}

async function collect({ workspace, loaded }: Writing, options: GcOptions): Promise<Result<GcReport, Failure>> {
  const { dir } = workspace.cache;
  const needs = await readNeeds(dir, loaded.root, options);
  if (!needs.ok) return needs;
  const { needed, checkouts, gone, busy } = needs.value;
  const { dry = false, keepDays = 1 } = options;
  const youngestMs = workspace.now().getTime() - Math.max(1, keepDays) * DAY_MS;
  const isYoung = ({ mtimeMs }: CacheFile) => mtimeMs > youngestMs;

  const records = divide(
    listRecords(dir),
    (record) => busy.length > 0 || isYoung(record) || needed.has(record.fingerprint),
  );
  for (const { file } of records.kept)
    for (const { content } of readRecordFile(file)?.outs ?? []) needed.add(content.digest);
  const reached = reach(needed, (digest) => objectFile(dir, digest));
  const divided = divide(listObjects(dir), (object) => isYoung(object) || reached.has(object.digest));
  const pushing = checkouts.filter(isPushing); // asked late: to list them takes a while
  const { kept, removed } = divided;
  const objects = pushing.length === 0 ? divided : { kept: [...kept, ...removed], removed: [] };
  const temporaries = [...listTemporaries(dir)].filter((file) => !isYoung(file));
  if (!dry) {
    for (const root of gone) forgetCheckout(dir, root);
    for (const file of [...records.removed, ...foldersFirst(objects.removed), ...temporaries]) removeCacheFile(file);
  }
  return ok({
    dry,
    objects: { kept: amount(objects.kept), removed: amount(objects.removed) },
    records: { kept: amount(records.kept), removed: amount(records.removed) },
    temporaries: amount(temporaries),
    checkouts,
    gone,
    busy,
    pushing,
  });
}

/** What is needed, and everything below the folders among it. What stands in a lock does not say what is a folder. */
function reach(needed: ReadonlySet<string>, fileOf: (digest: Digest) => string): ReadonlySet<string> {
  const reached = new Set<string>();
  const pending = [...needed];
  for (let digest = pending.pop(); digest !== undefined; digest = pending.pop()) {
    if (reached.has(digest) || !isDigest(digest)) continue;
    reached.add(digest);
    for (const entry of folderEntries(fileOf(digest))) {
      if (entry.type === 'dir') pending.push(entry.digest);
      else reached.add(entry.digest);
    }
  }
  return reached;
}

function foldersFirst(objects: readonly ObjectFile[]): readonly ObjectFile[] {
  const folders = new Set(objects.filter(({ file }) => folderEntries(file).length > 0));
  return [...folders, ...objects.filter((object) => !folders.has(object))];
}

interface Divided<T> {
  readonly kept: T[];
  readonly removed: T[];
}

function divide<T extends CacheFile>(files: Iterable<T>, isKept: (file: T) => boolean): Divided<T> {
  const divided: Divided<T> = { kept: [], removed: [] };
  for (const file of files) divided[isKept(file) ? 'kept' : 'removed'].push(file);
  return divided;
}

const amount = (files: readonly CacheFile[]): Amount => ({
  files: files.length,
  bytes: files.reduce((sum, { size }) => sum + size, 0),
});
