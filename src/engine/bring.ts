/**
 * What a stage needs from a remote: complete outs instead of a run, or the deps that a run reads. Without a
 * remote to pull from, nothing is.
 */
import { isWithin } from '../core/claim.ts';
import type { RestoreSource } from '../core/decide.ts';
import type { Failure } from '../core/failure.ts';
import type { Fingerprint } from '../core/fingerprint.ts';
import type { LockEntry } from '../core/lock-entry.ts';
import { depBase, type Pipeline, type Stage } from '../core/pipeline.ts';
import type { Graph } from '../core/graph.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { readLock } from '../store/locks.ts';
import type { RecordedOut } from '../store/run-cache.ts';
import { listSourceLocks } from '../store/source-locks.ts';
import { contentOf } from './inputs.ts';
import { placeOuts } from './restore-outs.ts';
import type { Workspace } from './workspace.ts';

export interface Wanting {
  readonly key: Fingerprint;
  readonly locked: LockEntry | undefined;
  /** Paths of outs that are gone or differ. */
  readonly lost: ReadonlySet<string>;
  readonly usesRunCache: boolean;
}

/** Brings outs into the cache, by the lock entry or a run record. Undefined: neither can be had. Failures: remote-*. */
export async function bringOuts(
  { pullSource: pull }: Workspace,
  { key, locked, lost, usesRunCache }: Wanting,
): Promise<Result<RestoreSource | undefined, Failure>> {
  if (pull === undefined) return ok(undefined);
  if (locked?.fingerprint === key) {
    const contents = locked.outs.filter(({ path }) => lost.has(path)).map(({ content }) => content);
    const brought = await pull.bring(contents);
    if (!brought.ok || brought.value) return brought.ok ? ok('lock-entry') : brought;
  }
  const record = usesRunCache ? await pull.record(key) : ok(undefined);
  if (!record.ok || record.value === undefined) return record.ok ? ok(undefined) : record;
  const brought = await pull.bring(record.value.outs.map(({ content }) => content));
  return brought.ok ? ok(brought.value ? 'run-cache' : undefined) : brought;
}

/** Puts what a stage reads and is not here into the workspace. The stage's claim is held. Failures: remote-*, path-refused, system. */
export async function bringDeps(workspace: Workspace, stage: Stage): Promise<Result<void, Failure>> {
  const { pullSource: pull } = workspace;
  if (pull === undefined) return ok(undefined);
  const absent: RecordedOut[] = [];
  for (const recorded of recordedNear(workspace, stage)) {
    const content = await contentOf(workspace, recorded.path);
    if (!content.ok) return content;
    if (content.value === undefined) absent.push(recorded);
  }
  if (absent.length === 0) return ok(undefined);
  const brought = await pull.bring(absent.map(({ content }) => content));
  if (!brought.ok) return brought;
  const placed = brought.value ? await placeOuts({ workspace }, absent) : ok('missing');
  if (!placed.ok || placed.value !== 'missing') return placed.ok ? ok(undefined) : placed;
  const problem = 'is neither here nor in the remote, and a stage that has to run reads it';
  const hint = '`pipe push` from a checkout that has it, or run without --pull: `pipe repro` makes it';
  return err({ code: 'path-refused', path: absent[0]?.path ?? stage.name, problem, hint });
}

/** Outs and sources that deps of the stage lie in, or that lie in its deps. */
function recordedNear({ graph, layout }: Workspace, stage: Stage): readonly RecordedOut[] {
  const bases = stage.deps.flatMap((dep) => depBase(dep) ?? []);
  const isNear = (path: string) => bases.some((base) => isWithin(path, base) || isWithin(base, path));
  const owners = new Set(bases.flatMap((base) => graph.ownersOf(base)));
  const outs = [...owners].flatMap((owner) => {
    const lock = readLock(layout, owner);
    return lock?.kind === 'entry' ? lock.entry.outs : [];
  });
  const sources = listSourceLocks(layout);
  return [...outs, ...(sources.ok ? sources.value : [])].filter(({ path }) => isNear(path));
}

/** Stages whose outs have to be here: targets, or else the ends of the pipeline; and what has to be looked into to decide. */
export function wantedStages(
  { pipeline, graph }: { pipeline: Pipeline; graph: Graph },
  targets: readonly string[],
): ReadonlySet<string> {
  const read = new Set(pipeline.stages.flatMap(({ name }) => graph.upstream(name)));
  const ends = targets.length > 0 ? targets : graph.order.filter((stage) => !read.has(stage));
  // Which files match, and what a parameter says, is only known by looking.
  const looked = pipeline.stages.flatMap(({ deps, params }) => [
    ...deps.flatMap((dep) => (dep.kind === 'glob' ? (depBase(dep) ?? []) : [])),
    ...params.map(({ file }) => file),
  ]);
  return new Set([...ends, ...looked.flatMap((path) => graph.ownersOf(path))]);
}
