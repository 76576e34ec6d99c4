/**
 * `push`: what the lock entries name, from the cache to a remote; objects first, then the run records that name
 * them. Runs nothing and looks at no file of the workspace.
 */
import type { Failure } from '../core/failure.ts';
import type { Fingerprint } from '../core/fingerprint.ts';
import type { Content } from '../core/lock-entry.ts';
import { forEachAtMost } from '../lib/at-most.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { listRecords } from '../store/objects-list.ts';
import { createObjectFiles } from '../store/objects-files.ts';
import { readRecordFile } from '../store/run-cache.ts';
import { systemFailure } from '../store/system-failure.ts';
import { pushObjects } from '../store/remotes/push-objects.ts';
import { pushRecord } from '../store/remotes/records.ts';
import type { RemoteProblem } from '../store/remotes/remote.ts';
import type { Progress } from '../store/remotes/transfer.ts';
import { announcePush, waitForGc } from './announce.ts';
import type { CommitScope } from './commit-scope.ts';
import { keptAnywhere } from './kept-commits.ts';
import type { Kept } from './kept-contents.ts';
import { loadPipeline } from './load.ts';
import { type NamedRemote, openNamed, remoteFailure } from './remotes.ts';
import { signalName } from './signal-name.ts';
import { createWorkspace, type Environment, type Workspace } from './workspace.ts';

export interface TransferOptions {
  /** Absolute; the pipeline is looked for here and above. */
  readonly cwd: string;
  /** Stages, paths of outs or sources; none: all. */
  readonly targets?: readonly string[];
  /** By name or URL; default: the usual one. */
  readonly remote?: string;
  /** What commits name too: it travels between cache and remote, the workspace has its own. */
  readonly commits?: CommitScope;
  /** Instead of the workspace: what these name, as git understands them. */
  readonly revisions?: readonly string[];
  /** Objects under way at a time. */
  readonly jobs?: number;
  /** false: objects alone. */
  readonly records?: boolean;
  readonly env?: Environment;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface PushOptions extends TransferOptions {
  /** Send what is there already too. */
  readonly force?: boolean;
  /** Every run record of the cache, with the outs it names, and not only those of the lock entries. */
  readonly allRecords?: boolean;
}

export interface PushReport {
  readonly remote: string;
  /** That were not there before. */
  readonly objects: number;
  readonly bytes: number;
  readonly records: number;
  /** Paths whose content is neither in the cache nor there. */
  readonly missing: readonly string[];
  /** Fingerprints for which the remote has a record with other outs: the stage is not deterministic. */
  readonly differing: readonly Fingerprint[];
}

export const USUAL_JOBS = 16;

/** Failures: no-pipeline, pipeline-invalid, unknown-target, lock-conflict, no-git, remote-*, system, interrupted. */
export async function push(options: PushOptions): Promise<Result<PushReport, Failure>> {
  const { cwd, env = process.env, jobs = USUAL_JOBS, signal } = options;
  const loaded = await loadPipeline(cwd);
  if (!loaded.ok) return loaded;
  const workspace = createWorkspace(loaded.value, { env });
  const named = await openNamed(loaded.value, {
    name: options.remote,
    env,
    signal,
    connections: jobs,
    isWriting: true,
  });
  if (!named.ok) return named;
  let announced = (): void => undefined;
  try {
    announced = announcePush(workspace, named.value.name);
    await waitForGc(workspace, signal);
    const kept = await keptAnywhere(loaded.value, workspace, options);
    if (!kept.ok) return kept;
    const done = await pushKept({ workspace, named: named.value, options }, kept.value);
    if (signal?.aborted === true) return err({ code: 'interrupted', signal: signalName(signal) });
    return done.ok ? done : err(remoteFailure({ name: named.value.name, url: named.value.remote.shown }, done.error));
  } catch (error) {
    return err(systemFailure(error, { operation: 'write', path: workspace.layout.claims }));
  } finally {
    announced();
    await named.value.remote.close();
  }
}

interface Pushing {
  readonly workspace: Workspace;
  readonly named: NamedRemote;
  readonly options: PushOptions;
}

async function pushKept(
  { workspace, named, options }: Pushing,
  kept: Kept,
): Promise<Result<PushReport, RemoteProblem>> {
  const {
    jobs = USUAL_JOBS,
    force = false,
    records = true,
    allRecords = false,
    onProgress = () => undefined,
  } = options;
  const { remote } = named;
  const others = allRecords ? recordsIn(workspace) : [];
  const contents = [...kept.paths.map(({ content }) => content), ...others.flatMap((record) => record.contents)];
  const files = createObjectFiles(workspace.cache);
  const sent = await pushObjects({ remote, files, jobs, force, onProgress }, contents);
  if (!sent.ok) return sent;
  const { missing, objects, bytes } = sent.value;
  const fingerprints = new Set(records ? kept.fingerprints : []);
  for (const other of others)
    if (other.contents.every(({ digest }) => !missing.has(digest))) fingerprints.add(other.fingerprint);
  const pushed = await pushRecords({ workspace, named, options }, fingerprints);
  if (!pushed.ok) return pushed;
  return ok({
    remote: named.name,
    objects,
    bytes,
    ...pushed.value,
    missing: kept.paths.filter(({ content }) => missing.has(content.digest)).map(({ path }) => path),
  });
}

interface KnownRecord {
  readonly fingerprint: Fingerprint;
  readonly contents: readonly Content[];
}

function recordsIn({ layout }: Workspace): readonly KnownRecord[] {
  return [...listRecords(layout.cache)].flatMap(({ file }) => {
    const record = readRecordFile(file);
    return record ? [{ fingerprint: record.fingerprint, contents: record.outs.map(({ content }) => content) }] : [];
  });
}

async function pushRecords(
  { workspace, named, options }: Pushing,
  fingerprints: Iterable<Fingerprint>,
): Promise<Result<Pick<PushReport, 'records' | 'differing'>, RemoteProblem>> {
  let records = 0;
  const differing: Fingerprint[] = [];
  const problems: RemoteProblem[] = [];
  await forEachAtMost(options.jobs ?? USUAL_JOBS, fingerprints, async (fingerprint) => {
    if (problems.length > 0) return;
    const pushed = await pushRecord(named.remote, workspace.layout, fingerprint);
    if (!pushed.ok) problems.push(pushed.error);
    else if (pushed.value === 'created') records += 1;
    else if (pushed.value === 'differs') differing.push(fingerprint);
  });
  const [problem] = problems;
  return problem === undefined ? ok({ records, differing: differing.sort() }) : err(problem);
}
