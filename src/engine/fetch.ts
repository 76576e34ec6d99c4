/**
 * `fetch`: what the lock entries name, from a remote into the cache, with the run records of their
 * fingerprints. The workspace is left alone: `pull` is this and then `checkout`.
 */
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import type { Fingerprint } from '../core/fingerprint.ts';
import type { Content } from '../core/lock-entry.ts';
import { forEachAtMost } from '../lib/at-most.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { registerCheckout } from '../store/cache-folder.ts';
import { createObjectFiles } from '../store/objects-files.ts';
import { preparePipeFolder } from '../store/pipe-folder.ts';
import { openArrivals } from '../store/remotes/arrivals-open.ts';
import { pullObjects } from '../store/remotes/pull-objects.ts';
import { readVerifiedRecord } from '../store/remotes/records.ts';
import type { RemoteProblem } from '../store/remotes/remote.ts';
import type { Progress, Transferred } from '../store/remotes/transfer.ts';
import { readRunRecord, writeRunRecord } from '../store/run-cache.ts';
import { systemFailure } from '../store/system-failure.ts';
import { keptAnywhere } from './kept-commits.ts';
import { loadPipeline } from './load.ts';
import { type TransferOptions, USUAL_JOBS } from './push.ts';
import { type NamedRemote, openNamed, remoteFailure } from './remotes.ts';
import { signalName } from './signal-name.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

export interface FetchOptions extends TransferOptions {
  /** What is in the cache already is read, and comes again if it is broken. */
  readonly verify?: boolean;
}

export interface FetchReport {
  readonly remote: string;
  /** That were not in the cache before. */
  readonly objects: number;
  readonly bytes: number;
  readonly records: number;
  /** Paths whose content is neither in the cache nor in the remote, or only in parts. */
  readonly missing: readonly string[];
}

/** Failures: no-pipeline, pipeline-invalid, unknown-target, lock-conflict, remote-*, system, interrupted. */
export async function fetch(options: FetchOptions): Promise<Result<FetchReport, Failure>> {
  const { cwd, env = process.env, signal, jobs = USUAL_JOBS } = options;
  const loaded = await loadPipeline(cwd);
  if (!loaded.ok) return loaded;
  const workspace = createWorkspace(loaded.value, { env });
  const kept = await keptAnywhere(loaded.value, workspace, options);
  if (!kept.ok) return kept;
  const named = await openNamed(loaded.value, { name: options.remote, env, signal, connections: jobs });
  if (!named.ok) return named;
  const fetching = { workspace, named: named.value, jobs, onProgress: options.onProgress };
  try {
    const contents = kept.value.paths.map(({ content }) => content);
    if (options.verify === true)
      for (const content of contents) await workspace.objects.holds(content, { toTheEnd: true });
    const fetched = await fetchContents(fetching, contents);
    if (signal?.aborted === true) return err({ code: 'interrupted', signal: signalName(signal) });
    if (!fetched.ok) return fetched;
    const records = options.records === false ? ok(0) : await fetchRecords(fetching, kept.value.fingerprints);
    if (!records.ok) return records;
    const isHere = (content: Content) => workspace.objects.has(content, { deep: true });
    const { objects, bytes } = fetched.value;
    const missing = kept.value.paths.filter(({ content }) => !isHere(content)).map(({ path }) => path);
    return ok({ remote: named.value.name, objects, bytes, records: records.value, missing });
  } finally {
    await named.value.remote.close();
  }
}

export interface Fetching {
  readonly workspace: Workspace;
  readonly named: NamedRemote;
  readonly jobs: number;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** Failures: remote-unreachable, remote-refused, system. */
export async function fetchContents(
  { workspace, named, jobs, onProgress = () => undefined }: Fetching,
  contents: readonly Content[],
): Promise<Result<Transferred, Failure>> {
  const { cache, layout, root } = workspace;
  preparePipeFolder(layout);
  registerCheckout(cache, root);
  const partials = { folder: join(cache.dir, 'partial'), isShared: cache.shared };
  const files = createObjectFiles(cache);
  const arrivals = openArrivals(files, cache);
  try {
    const pulled = await pullObjects({ remote: named.remote, files, jobs, onProgress, partials, arrivals }, contents);
    return pulled.ok ? pulled : err(failureOf(named, pulled.error));
  } catch (error) {
    return err(systemFailure(error, { operation: 'write', path: cache.dir }));
  } finally {
    await arrivals.close();
  }
}

async function fetchRecords(
  { workspace, named, jobs }: Fetching,
  fingerprints: readonly Fingerprint[],
): Promise<Result<number, Failure>> {
  const { layout } = workspace;
  const wanted = fingerprints.filter((fingerprint) => readRunRecord(layout, fingerprint) === undefined);
  const problems: RemoteProblem[] = [];
  let records = 0;
  await forEachAtMost(jobs, wanted, async (fingerprint) => {
    const record = problems.length > 0 ? ok(undefined) : await readVerifiedRecord(named.remote, fingerprint);
    if (!record.ok) problems.push(record.error);
    else if (record.value !== undefined) {
      writeRunRecord(layout, record.value);
      records += 1;
    }
  });
  const [problem] = problems;
  return problem === undefined ? ok(records) : err(failureOf(named, problem));
}

export const failureOf = ({ name, remote }: NamedRemote, problem: RemoteProblem): Failure =>
  remoteFailure({ name, url: remote.shown }, problem);
