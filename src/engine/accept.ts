/**
 * `commit`: accepts outs as they stand now, as if their stages had just made them. For a change that
 * is known not to matter, or outs that were made elsewhere.
 *
 * Writes objects and lock entries, never the run cache: nobody has seen these inputs make these outs,
 * so no other checkout may take them for that.
 */
import type { Failure } from '../core/failure.ts';
import { fingerprint } from '../core/fingerprint.ts';
import { sameContent, type LockedOut, type LockEntry } from '../core/lock-entry.ts';
import type { Stage } from '../core/pipeline.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { lockPath, readLock, writeLock } from '../store/locks.ts';
import { scopeOf } from './claim-stage.ts';
import { contentOf, gatherInputs } from './inputs.ts';
import { isKept } from './observe.ts';
import { prepareWorkspace } from './prepare.ts';
import { selectPaths } from './select-paths.ts';
import type { Workspace } from './workspace.ts';
import { openWriting, underClaim, type Writing, type WritingOptions } from './writing.ts';

export interface AcceptOptions extends WritingOptions {
  /** Stages or paths of outs; none: all stages. */
  readonly targets?: readonly string[];
}

export interface AcceptReport {
  /** Stages whose lock entry is another now, in topological order. */
  readonly accepted: readonly string[];
  /** Those whose lock entry said the same already. */
  readonly unchanged: readonly string[];
}

/** Stops at the first stage that cannot be accepted; those before it are. Failures: as of `repro`, and nothing-to-accept. */
export async function acceptOuts(options: AcceptOptions): Promise<Result<AcceptReport, Failure>> {
  const opened = await openWriting(options);
  if (!opened.ok) return opened;
  const writing = opened.value;
  const selected = selectPaths(writing.loaded, options.targets ?? []);
  if (!selected.ok) return selected;
  const prepared = await prepareWorkspace(writing.workspace);
  if (!prepared.ok) return prepared;
  const accepted: string[] = [];
  const unchanged: string[] = [];
  for (const name of selected.value.stages) {
    const done = await acceptStage(writing, writing.workspace.stage(name));
    if (!done.ok) return done;
    (done.value ? accepted : unchanged).push(name);
  }
  writing.workspace.digester.save();
  return ok({ accepted, unchanged });
}

/** Whether the lock entry is another one now. */
function acceptStage(writing: Writing, stage: Stage): Promise<Result<boolean, Failure>> {
  const { workspace } = writing;
  return underClaim(writing, { name: stage.name, scope: scopeOf(workspace, stage) }, async () => {
    const lock = readLock(workspace.layout, stage.name);
    if (lock?.kind === 'conflict')
      return err({ code: 'lock-conflict', file: lockPath(stage.name), problem: lock.problem });
    const locked = lock?.kind === 'entry' ? lock.entry : undefined;
    const inputs = await gatherInputs(workspace, stage);
    if (!inputs.ok) return inputs;
    const outs = await acceptedOuts(workspace, stage, locked);
    if (!outs.ok) return outs;
    const entry = { inputs: inputs.value, fingerprint: fingerprint(inputs.value), outs: outs.value };
    writeLock(workspace.layout, stage.name, entry);
    return ok(!isSameEntry(locked, entry));
  });
}

async function acceptedOuts(
  workspace: Workspace,
  stage: Stage,
  locked: LockEntry | undefined,
): Promise<Result<readonly LockedOut[], Failure>> {
  const outs: LockedOut[] = [];
  for (const out of stage.outs) {
    const content = await contentOf(workspace, out.path);
    if (!content.ok) return content;
    if (content.value === undefined) return err({ code: 'nothing-to-accept', stage: stage.name, path: out.path });
    const stored = isKept(out, content.value) ? await workspace.objects.store(out.path, content.value) : ok(undefined);
    if (!stored.ok) return stored;
    // What stood there before the run that made it is as little known as that run.
    const before = locked?.outs.find(({ path }) => path === out.path)?.before ?? null;
    outs.push({ path: out.path, content: content.value, ...(out.persist && { before }) });
  }
  return ok(outs);
}

function isSameEntry(was: LockEntry | undefined, now: LockEntry): boolean {
  if (was === undefined || was.fingerprint !== now.fingerprint || was.outs.length !== now.outs.length) return false;
  const contents = new Map(was.outs.map(({ path, content }) => [path, content]));
  return now.outs.every(({ path, content }) => sameContent(contents.get(path), content));
}
