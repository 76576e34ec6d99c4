/**
 * Writes what a migration has found out. Order: objects, then run records and locks, then settings, then the pipeline files,
 * the root's own last: until that stands the folder is no pipeline, and the same command does it all again.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Failure } from '../../core/failure.ts';
import type { Content } from '../../core/lock-entry.ts';
import type { Pipeline } from '../../core/pipeline.ts';
import { PIPELINE_FILE } from '../../core/stage-name.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import { makeCacheFolder, registerCheckout } from '../../store/cache-folder.ts';
import type { Digester } from '../../store/digest.ts';
import { ignoredPaths } from '../../store/git-files.ts';
import { writeAttributes } from '../../store/git-attributes.ts';
import type { Layout } from '../../store/layout.ts';
import { readLock, writeLock } from '../../store/locks.ts';
import { readRunRecord, writeRunRecord } from '../../store/run-cache.ts';
import { createObjectFiles } from '../../store/objects-files.ts';
import { objectsAt } from '../../store/objects-missing.ts';
import { storeObjects } from '../../store/objects-store.ts';
import { preparePipeFolder } from '../../store/pipe-folder.ts';
import { publishFile, publishTemporary } from '../../store/publish.ts';
import { readTextIfThere } from '../../store/read-if-there.ts';
import { sourceLockPath, writeSourceLock } from '../../store/source-locks.ts';
import { systemFailure } from '../../store/system-failure.ts';
import type { CacheConfig } from '../../core/cache-config.ts';
import { isKept } from '../observe.ts';
import { ignoreOuts } from '../prepare.ts';
import { newRunId } from '../run-id.ts';
import type { Conversion } from './convert.ts';
import type { Found, StageOutcome } from './entries.ts';
import type { FoundRun } from './runs.ts';
import type { SourceOutcome } from './sources.ts';

export interface Findings {
  readonly conversion: Conversion;
  readonly stages: readonly StageOutcome[];
  readonly sources: readonly SourceOutcome[];
  /** For the run cache. */
  readonly runs: readonly FoundRun[];
  /** Root-relative, with their text, that are written beside the pipeline: `.pipeignore`, `.pipe/config.yaml`. */
  readonly settings: ReadonlyMap<string, string>;
}

export interface WriteParts {
  readonly layout: Layout;
  readonly cache: CacheConfig;
  readonly digester: Digester;
  readonly now: Date;
}

export interface Stored {
  readonly objects: number;
  readonly bytes: number;
}

/** May be stopped between two of them: objects alone are nobody's pipeline. Failures: path-refused, system. */
export async function storeFound(
  { layout, cache, digester }: WriteParts,
  { stages, sources, runs, conversion }: Findings,
  beforeEach: () => void,
): Promise<Result<Stored, Failure>> {
  preparePipeFolder(layout);
  makeCacheFolder(layout.cache, layout.isCacheShared);
  registerCheckout(cache, layout.root);
  const files = createObjectFiles(cache);
  let stored: Stored = { objects: 0, bytes: 0 };
  for (const [path, found] of wanted(conversion.pipeline, [...stages, ...runs], sources)) {
    beforeEach();
    try {
      const objects = found.objects ?? objectsAt(layout.root, digester, path, found.content);
      const missing = objects.filter(({ digest, size }) => !files.has(digest, size));
      if (!(await storeObjects({ files }, missing))) return err(changed(path));
      stored = {
        objects: stored.objects + missing.length,
        bytes: missing.reduce((sum, { size }) => sum + size, stored.bytes),
      };
    } catch (error) {
      return err(systemFailure(error, { operation: 'store', path }));
    }
  }
  return ok(stored);
}

const changed = (path: string): Failure => ({
  code: 'path-refused',
  path,
  problem: 'changed while it was being stored',
  hint: 'find out what else writes there and run again when it is done',
});

/** Outs that were found count even when their stage gets no entry: they need not be fetched again one day. */
function* wanted(
  pipeline: Pipeline,
  stages: readonly Pick<StageOutcome, 'outs'>[],
  sources: readonly SourceOutcome[],
): Generator<readonly [string, Found]> {
  const outs = new Map(pipeline.stages.flatMap((stage) => stage.outs.map((out) => [out.path, out] as const)));
  for (const { path, found } of sources) if (found !== undefined) yield [path, found];
  for (const stage of stages) {
    for (const [path, found] of stage.outs) {
      const out = outs.get(path);
      if (out !== undefined && isKept(out, found.content)) yield [path, found];
    }
  }
}

/** Nothing waits in it, so no signal comes in between. Returns the files written. */
export function writeAll(
  { layout, now }: WriteParts,
  { conversion, stages, sources, runs, settings }: Findings,
): readonly string[] {
  const { root } = layout;
  // With --force an entry may be of a run of pipe's own, or of `pipe add`, which know more than DVC did.
  const isAgain = existsSync(join(root, PIPELINE_FILE));
  for (const { path, found } of sources) {
    const content: Content | undefined = found?.content;
    if (content !== undefined && !(isAgain && existsSync(join(root, sourceLockPath(path)))))
      writeSourceLock(layout, { path, content });
  }
  for (const { stage, entry } of stages) {
    if (entry !== undefined && !(isAgain && readLock(layout, stage)?.kind === 'entry')) writeLock(layout, stage, entry);
  }
  writeRuns(layout, runs, stages);
  const saved = join(layout.saved, newRunId(now));
  const files = [...settings, ...conversion.texts];
  for (const [file, text] of files) {
    const path = join(root, file);
    const was = readTextIfThere(path);
    if (was === text) continue;
    if (was !== undefined) keep(path, join(saved, file));
    publishFile(path, text);
  }
  writeAttributes(root);
  return files.map(([file]) => file);
}

/** What a run of pipe's own recorded stays; of the inputs of a lock entry its outs count. */
function writeRuns(layout: Layout, runs: readonly FoundRun[], stages: readonly StageOutcome[]): void {
  const locked = new Map(stages.flatMap(({ entry }) => (entry === undefined ? [] : [[entry.fingerprint, entry]])));
  for (const { entry } of runs) {
    const { fingerprint, outs } = locked.get(entry.fingerprint) ?? entry;
    if (readRunRecord(layout, fingerprint) === undefined)
      writeRunRecord(layout, { fingerprint, outs: outs.map(({ path, content }) => ({ path, content })) });
  }
}

function keep(path: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  publishTemporary(path, to);
}

/** DVC has told git to ignore its outs already; what it has not is told now. Whether this is a checkout of git. */
export async function ignoreInGit(root: string, pipeline: Pipeline): Promise<boolean> {
  const outs = pipeline.stages.flatMap((stage) => stage.outs.flatMap(({ path, cache }) => (cache ? [path] : [])));
  const paths = [...outs, ...pipeline.sources.map(({ path }) => path)];
  const ignored = await ignoredPaths(root, paths);
  if (ignored === undefined) return false;
  if (ignored.length < new Set(paths).size) ignoreOuts(root, pipeline);
  return true;
}
