/**
 * `gc --remote`: takes out of a remote what nobody that can be asked needs (`engine/gc-needs`), and what is old enough.
 *
 * A remote does not know who uses it. What commits name that this repository has never seen is not kept, but for
 * its age: whatever was written in the last days stays, with all that it names.
 */
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { createObjectFiles } from '../store/objects-files.ts';
import { collectRemote, type Divided } from '../store/remotes/collect-remote.ts';
import type { Listed } from '../store/remotes/remote.ts';
import type { Amount, GcReport } from './gc.ts';
import { type KeepScope, readNeeds } from './gc-needs.ts';
import { loadPipeline } from './load.ts';
import { USUAL_JOBS } from './push.ts';
import { openNamed, remoteFailure } from './remotes.ts';
import { signalName } from './signal-name.ts';
import type { Environment } from './workspace.ts';

export interface GcRemoteOptions extends KeepScope {
  /** Absolute; the pipeline is looked for here and above. */
  readonly cwd: string;
  /** By name or URL; default: the usual one. */
  readonly remote?: string;
  /** What was written later stays; also the commits of so many days. Default: a week. */
  readonly keepDays?: number;
  /** Only say what would go. */
  readonly dry?: boolean;
  readonly jobs?: number;
  readonly env?: Environment;
  readonly now?: () => Date;
  readonly signal?: AbortSignal;
}

export interface GcRemoteReport extends Omit<GcReport, 'gone' | 'pushing'> {
  readonly remote: string;
  /** What is younger than this many days was kept. */
  readonly days: number;
}

const USUAL_DAYS = 7;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Failures: no-pipeline, pipeline-invalid, checkout-unreachable, no-git, remote-*, interrupted. */
export async function gcRemote(options: GcRemoteOptions): Promise<Result<GcRemoteReport, Failure>> {
  const { cwd, env = process.env, jobs = USUAL_JOBS, signal, dry = false, keepDays: days = USUAL_DAYS } = options;
  const { now = () => new Date() } = options;
  const loaded = await loadPipeline(cwd);
  if (!loaded.ok) return loaded;
  const { cache, root } = loaded.value;
  const youngestMs = now().getTime() - Math.max(1, days) * DAY_MS;
  const choice = { name: options.remote, env, signal, connections: jobs, isWriting: true };
  const named = await openNamed(loaded.value, choice);
  if (!named.ok) return named;
  const { name, remote } = named.value;
  try {
    const needs = await readNeeds(cache.dir, root, options);
    if (!needs.ok) return needs;
    const { needed, checkouts, busy } = needs.value;
    const parts = { remote, files: createObjectFiles(cache), jobs, signal };
    const done = await collectRemote(parts, { needed, youngestMs, keepsRecords: busy.length > 0, dry });
    if (signal?.aborted === true) return err({ code: 'interrupted', signal: signalName(signal) });
    if (!done.ok) return err(remoteFailure({ name, url: remote.shown }, done.error));
    const { objects, records, temporaries } = done.value;
    return ok({
      remote: name,
      days,
      dry,
      objects: amounts(objects),
      records: amounts(records),
      temporaries: amount(temporaries),
      checkouts,
      busy,
    });
  } finally {
    await remote.close();
  }
}

const amounts = ({ kept, removed }: Divided) => ({ kept: amount(kept), removed: amount(removed) });

const amount = (all: readonly Listed[]): Amount => ({
  files: all.length,
  bytes: all.reduce((sum, { size }) => sum + size, 0),
});
