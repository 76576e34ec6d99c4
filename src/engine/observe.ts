/**
 * Gathers the facts of one stage for `core/decide`: inputs, lock entry, drift of outs and state,
 * and what could be restored. Reads only, and reads no more than the decision can hang on.
 */
import type { Facts, Repair, RestoreSource } from '../core/decide.ts';
import type { Failure } from '../core/failure.ts';
import { fingerprint, type Fingerprint, type StageInputs } from '../core/fingerprint.ts';
import { sameContent, type Content, type LockEntry, type LockedOut } from '../core/lock-entry.ts';
import type { ParsedLock } from '../core/lock-file.ts';
import type { Out, Stage } from '../core/pipeline.ts';
import type { Reason } from '../core/reason.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { chain, DONE, eachInTurn, type Soon } from '../lib/soon.ts';
import { lockPath, readLock } from '../store/locks.ts';
import { readRunRecord } from '../store/run-cache.ts';
import { contentOf, gatherInputs } from './inputs.ts';
import type { Workspace } from './workspace.ts';

export interface ObserveOptions {
  readonly force: boolean;
}

/** Uncached outs up to this size are kept as objects too, so that they can be restored; larger ones bar the run cache. */
const SMALL_OUT_BYTES = 1024 * 1024;

/** At once where nothing has moved. */
export function observe(workspace: Workspace, stage: Stage, { force }: ObserveOptions): Soon<Result<Facts, Failure>> {
  const lock = readLock(workspace.layout, stage.name);
  if (lock?.kind === 'conflict')
    return err({ code: 'lock-conflict', file: lockPath(stage.name), problem: lock.problem });
  const locked = lock?.kind === 'entry' ? lock.entry : undefined;
  const gathered = stage.frozen ? frozenInputs(stage, locked) : gatherInputs(workspace, stage);
  return chain(gathered, (inputs) =>
    chain(observeOuts(workspace, locked), (outs) =>
      toFacts(workspace, stage, { inputs, key: fingerprint(inputs), lock, locked, outs, force }),
    ),
  );
}

interface Observed {
  readonly inputs: StageInputs;
  readonly key: Fingerprint;
  readonly lock: ParsedLock | undefined;
  readonly locked: LockEntry | undefined;
  readonly outs: readonly Reason[];
  readonly force: boolean;
}

function toFacts(workspace: Workspace, stage: Stage, observed: Observed): Soon<Result<Facts, Failure>> {
  const { inputs, key, lock, locked, outs, force } = observed;
  const state = workspace.registriesOf(stage.name).flatMap((registry) => registry.inspect());
  const drift = [...noted(workspace, stage, outs), ...state];
  const here = force ? undefined : restorable(workspace, stage, { key, locked, drift });
  const source = here !== undefined || force ? ok(here) : fromRemote(workspace, stage, { key, locked, drift });
  return chain(source, (from) =>
    ok({
      inputs,
      key,
      locked,
      drift,
      force,
      restorable: from,
      alwaysChanged: stage.alwaysChanged,
      lockUnreadable: unreadable(lock, stage),
      repairs: locked === undefined ? [] : missingObjects(workspace, stage, locked),
    }),
  );
}

/** Data that is not here is no drift, where that was agreed. */
function noted({ terms, pullSource }: Workspace, stage: Stage, drift: readonly Reason[]): readonly Reason[] {
  return terms.allowMissing && pullSource?.isWanted(stage.name) !== true
    ? drift.filter(({ kind }) => kind !== 'out-missing')
    : drift;
}

/** A frozen stage is cut from its deps: what counts is what it was made from. */
function frozenInputs(stage: Stage, locked: LockEntry | undefined): Result<StageInputs, Failure> {
  return locked ? ok(locked.inputs) : err({ code: 'frozen-without-lock', stage: stage.name, place: stage.place });
}

function unreadable(lock: ParsedLock | undefined, stage: Stage): string | undefined {
  return lock?.kind === 'altered' ? lockPath(stage.name) : undefined;
}

function observeOuts(workspace: Workspace, locked: LockEntry | undefined): Soon<Result<readonly Reason[], Failure>> {
  const drift: Reason[] = [];
  const observed = eachInTurn(locked?.outs ?? [], (out) =>
    chain(contentOf(workspace, out.path), (content) => {
      const reason = driftOf(out, content);
      if (reason !== undefined) drift.push(reason);
      return DONE;
    }),
  );
  return chain(observed, () => ok(drift));
}

/** A persist out goes on living between runs: that it differs is no drift, that it is gone is. */
function driftOf(out: LockedOut, content: Content | undefined): Reason | undefined {
  if (content === undefined) return { kind: 'out-missing', path: out.path };
  if (out.before !== undefined || sameContent(out.content, content)) return undefined;
  return { kind: 'out-modified', path: out.path, was: shown(out.content), now: shown(content) };
}

function shown({ digest, type }: Content): string {
  return type === 'exec' || type === 'symlink'
    ? `${digest.slice(0, 12)} (${type === 'exec' ? 'executable' : type})`
    : digest.slice(0, 12);
}

interface Settled extends Pick<Facts, 'locked' | 'drift'> {
  readonly key: Fingerprint;
}

function restorable(workspace: Workspace, stage: Stage, { key, locked, drift }: Settled): RestoreSource | undefined {
  // State cannot be restored: when a registry is broken its stage has to judge anew.
  if (drift.some(({ kind }) => kind !== 'out-missing' && kind !== 'out-modified')) return undefined;
  const isAtHand = (content: Content) => workspace.objects.has(content, { deep: true });
  if (locked?.fingerprint === key) {
    if (drift.length === 0) return undefined;
    const lost = new Set(drift.flatMap((reason) => ('path' in reason ? [reason.path] : [])));
    if (locked.outs.every((out) => !lost.has(out.path) || isAtHand(out.content))) return 'lock-entry';
  }
  if (!usesRunCache(workspace, stage)) return undefined;
  const record = readRunRecord(workspace.layout, key);
  return record?.outs.every((out) => isAtHand(out.content)) ? 'run-cache' : undefined;
}

/** Only of a stage that is stale: nothing is asked about the others. */
function fromRemote(
  workspace: Workspace,
  stage: Stage,
  { key, locked, drift }: Settled,
): Soon<Result<RestoreSource | undefined, Failure>> {
  if (workspace.pullSource === undefined || stage.alwaysChanged) return ok(undefined);
  if (drift.some(({ kind }) => kind !== 'out-missing' && kind !== 'out-modified')) return ok(undefined);
  if (locked?.fingerprint === key && drift.length === 0) return ok(undefined);
  const lost = new Set(drift.flatMap((reason) => ('path' in reason ? [reason.path] : [])));
  const needed = { key, locked, lost, usesRunCache: usesRunCache(workspace, stage) };
  return import('./bring.ts').then(({ bringOuts }) => bringOuts(workspace, needed));
}

/** Whether the same inputs may be answered with the outs of an earlier run. */
export function usesRunCache(workspace: Workspace, stage: Stage): boolean {
  if (!workspace.terms.runCache) return false;
  const hasInputs = stage.deps.length + stage.params.length > 0;
  const ownsState = workspace.models.some((model) => model.stage === stage.name);
  return hasInputs && !stage.alwaysChanged && !ownsState && !stage.outs.some(({ persist }) => persist);
}

/** Whether an out's bytes go into the object store. */
export function isKept(out: Out, content: Content): boolean {
  return out.cache || content.size <= SMALL_OUT_BYTES;
}

function missingObjects(workspace: Workspace, stage: Stage, locked: LockEntry): readonly Repair[] {
  const contents = new Map(locked.outs.map((out) => [out.path, out.content]));
  return stage.outs.flatMap((out): readonly Repair[] => {
    const content = contents.get(out.path);
    if (content === undefined || !isKept(out, content) || workspace.objects.has(content)) return [];
    if (workspace.terms.allowMissing && workspace.digester.peek(out.path) === undefined) return [];
    return [{ kind: 'store-object', path: out.path }];
  });
}
