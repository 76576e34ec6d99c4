/**
 * `trace`: from any out back to what made it: command, params, environment, code, data, commits. Follows
 * lock entries, those of the workspace first, then those that git remembers. Reads only.
 */
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import type { CacheConfig } from '../core/cache-config.ts';
import type { Failure } from '../core/failure.ts';
import type { DepState } from '../core/fingerprint.ts';
import type { LockEntry } from '../core/lock-entry.ts';
import type { ParamValue } from '../core/param-value.ts';
import type { VersionCard } from '../core/registry-card.ts';
import { digestOf, type Digest } from '../lib/digest.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { createDigester } from '../store/digest.ts';
import { type Commit, commitOf, commitsAbout, commitWithContent } from '../store/git-history.ts';
import { openGitRepository } from '../store/git-tree.ts';
import { createIgnore } from '../store/ignore.ts';
import { layoutOf } from '../store/layout.ts';
import { objectFile } from '../store/objects-files.ts';
import { openRegistry, readCard } from '../store/registry.ts';
import { listStageRuns } from '../store/run-history.ts';
import { textDigestOf } from '../store/text-digest.ts';
import { contentOf } from './inputs.ts';
import { type LoadedPipeline, loadPipeline } from './load.ts';
import {
  type FoundOut,
  type LockSnapshot,
  makerOf,
  snapshotOfCard,
  snapshotOfCommit,
  snapshotOfWorkspace,
} from './lock-snapshot.ts';
import { typedPath } from './typed-path.ts';
import { createWorkspace, type Environment } from './workspace.ts';

export interface TraceOptions {
  /** Absolute. */
  readonly cwd: string;
  /** A path as typed, or the first digits (eight or more) of a digest. */
  readonly target: string;
  readonly env?: Environment;
}

/** Something that a stage made. */
export interface TracedOut {
  readonly path: string;
  readonly digest: string;
  readonly stage: string;
  readonly cmd: string | readonly string[];
  /** In which the lock entry stands as it is; null: in none yet. */
  readonly commit: Commit | null;
  readonly lockFile: string;
  /** When and where, as far as this checkout knows. */
  readonly run: { readonly started: string; readonly host: string; readonly ms: number } | null;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly variables: Readonly<Record<string, string | null>>;
  readonly deps: readonly TracedDep[];
}

export type TracedDep =
  | { readonly kind: 'made'; readonly path: string; readonly digest: string; readonly by: TracedOut }
  /** Made, and told of already further up. */
  | { readonly kind: 'made-above'; readonly path: string; readonly digest: string; readonly stage: string }
  | { readonly kind: 'source'; readonly path: string; readonly digest: string }
  /** `commit` null: in no commit that git knows here; then its bytes may be `kept` in the cache, as the path of an object. */
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly digest: string;
      readonly commit: Commit | null;
      readonly kept: string | null;
    }
  /** What a command printed or a server said: in no file. `shown`: the beginning of it. */
  | { readonly kind: 'outside'; readonly path: string; readonly digest: string; readonly shown: string | null };

/** Failures: no-pipeline, pipeline-invalid, not-traceable. */
export async function trace({ cwd, target, env = process.env }: TraceOptions): Promise<Result<TracedOut, Failure>> {
  const loaded = await loadPipeline(cwd);
  if (!loaded.ok) return loaded;
  const found = await findOut(loaded.value, { cwd, target, env });
  if (!found.ok) return found;
  const { snapshot, out } = found.value;
  const { root, cache } = loaded.value;
  return ok(await follow({ root, cache, snapshot, told: new Set() }, out));
}

interface Found {
  readonly snapshot: LockSnapshot;
  readonly out: FoundOut;
}

async function findOut(
  loaded: LoadedPipeline,
  { cwd, target, env }: { readonly cwd: string; readonly target: string; readonly env: Environment },
): Promise<Result<Found, Failure>> {
  const { root } = loaded;
  const now = snapshotOfWorkspace(layoutOf(root));
  const path = typedPath({ root, cwd }, target);
  const made = path === undefined ? undefined : makerOf(now, path);
  if (made !== undefined) {
    const workspace = createWorkspace(loaded, { env });
    const standing = await contentOf(workspace, made.out.path);
    if (!standing.ok) return standing;
    // Edited, or checked out otherwise: then what stands there is looked for, not what should.
    const digest = standing.value?.digest ?? made.out.content.digest;
    if (digest === made.out.content.digest) return ok({ snapshot: now, out: made });
    const earlier = await findInHistory(root, digest);
    return earlier ? ok(earlier) : err({ code: 'not-traceable', target, problem: 'was changed after it was made' });
  }
  if (!/^[0-9a-f]{8,64}$/.test(target))
    return err({ code: 'not-traceable', target, problem: 'is nothing that a stage has made' });
  const found = findDigest(now, target);
  if (found !== undefined) return ok({ snapshot: now, out: found });
  const earlier = (await findInHistory(root, target)) ?? findInRegistries(loaded, now, target);
  return earlier
    ? ok(earlier)
    : err({ code: 'not-traceable', target, problem: 'stands in no lock entry that git or a registry knows' });
}

function findDigest({ stages }: LockSnapshot, digest: string): FoundOut | undefined {
  for (const stage of stages) {
    const out = stage.entry.outs.find(({ content }) => content.digest.startsWith(digest));
    if (out !== undefined) return { ...stage, out };
  }
  return undefined;
}

/** A candidate that was never committed is in no other place. */
function findInRegistries(loaded: LoadedPipeline, now: LockSnapshot, digest: string): Found | undefined {
  for (const model of loaded.pipeline.models) {
    const registry = openRegistry({ root: loaded.root, model });
    const state = registry.read();
    const version = state.ok ? state.value.versions.find(({ sha }) => sha.startsWith(digest)) : undefined;
    const card = version && readCard(registry, version);
    const snapshot = card && snapshotOfCard(card, now);
    const out = snapshot && findDigest(snapshot, digest);
    if (snapshot !== undefined && out !== undefined) return { snapshot, out };
  }
  return undefined;
}

/** The file of a model version, as its card says it came to be; undefined when no stage made it, or no card says which. */
export async function traceCard(
  { root, cache }: Pick<LoadedPipeline, 'root' | 'cache'>,
  card: VersionCard,
): Promise<TracedOut | undefined> {
  const snapshot = snapshotOfCard(card, snapshotOfWorkspace(layoutOf(root)));
  const out = findDigest(snapshot, card.sha);
  return out && (await follow({ root, cache, snapshot, told: new Set() }, out));
}

async function findInHistory(root: string, digest: string): Promise<Found | undefined> {
  const repository = await openGitRepository(root);
  try {
    for (const commit of await commitsAbout(root, digest, 'locks')) {
      const tree = await repository?.open(commit.hash);
      const snapshot = tree === undefined ? undefined : await snapshotOfCommit(tree);
      const out = snapshot === undefined ? undefined : findDigest(snapshot, digest);
      if (snapshot !== undefined && out !== undefined) return { snapshot, out };
    }
    return undefined;
  } finally {
    await repository?.close();
  }
}

interface Walk {
  readonly root: string;
  readonly cache: CacheConfig;
  readonly snapshot: LockSnapshot;
  /** Stages told of already: one that several read is told once. */
  readonly told: Set<string>;
}

async function follow(walk: Walk, { stage, file, entry, out }: FoundOut): Promise<TracedOut> {
  const { root, snapshot, told } = walk;
  told.add(stage);
  const deps: TracedDep[] = [];
  for (const [path, dep] of Object.entries(entry.inputs.deps)) deps.push(await followDep(walk, path, dep));
  const run = listStageRuns(layoutOf(root), stage).findLast(
    (past) => past.fingerprint === entry.fingerprint && past.outcome === 'ran',
  );
  return {
    path: out.path,
    digest: out.content.digest,
    stage,
    cmd: entry.inputs.cmd,
    commit: snapshot.commit ?? (await commitOfEntry(walk, file, entry)) ?? null,
    lockFile: file,
    run: run === undefined ? null : { started: run.started, host: run.host, ms: run.ms },
    params: entry.inputs.params,
    variables: entry.inputs.env,
    deps,
  };
}

/** Kept with a model version: the commit that brought it, wherever the file has gone since. */
async function commitOfEntry(
  { root, snapshot }: Walk,
  file: string,
  { fingerprint }: LockEntry,
): Promise<Commit | undefined> {
  return snapshot.isWorkspace ? await commitOf(root, file) : (await commitsAbout(root, fingerprint, 'locks')).at(-1);
}

async function followDep(walk: Walk, path: string, { digest, type, shown }: DepState): Promise<TracedDep> {
  if (type === 'command' || type === 'url') return { kind: 'outside', path, digest, shown: shown ?? null };
  const { root, snapshot, told } = walk;
  const made = makerOf(snapshot, path);
  // Inside a folder only the folder's own digest is recorded; what it holds belongs to the same run.
  const isSame = made !== undefined && (made.out.path !== path || made.out.content.digest === digest);
  if (made !== undefined && isSame) {
    if (told.has(made.stage)) return { kind: 'made-above', path, digest, stage: made.stage };
    return { kind: 'made', path, digest, by: await follow(walk, made) };
  }
  if (snapshot.sources.some((source) => source.path === path && source.content.digest === digest))
    return { kind: 'source', path, digest };
  const isWanted = (bytes: Uint8Array) => (type === 'text' ? textDigestOf(bytes) : digestOf(bytes)) === digest;
  const commit =
    (await (type === 'dir' ? commitOfFolder(walk, path, digest) : commitWithContent(root, path, isWanted))) ?? null;
  return { kind: 'file', path, digest, commit, kept: commit === null ? keptObject(walk, digest) : null };
}

function keptObject({ root, cache }: Walk, digest: Digest): string | null {
  const file = objectFile(cache.dir, digest);
  return existsSync(file) ? relative(root, file) : null;
}

/** git knows folders by other digests than ours, so only one that still stands as it was can be found. */
async function commitOfFolder({ root }: Walk, path: string, digest: Digest): Promise<Commit | undefined> {
  const standing = await createDigester({ root, ignore: createIgnore(root) }).digest(path);
  return standing.ok && standing.value?.digest === digest ? await commitOf(root, path) : undefined;
}
