/**
 * `verify`: runs fresh stages again, each in a private folder, and compares what comes out with what is
 * recorded. Lock entries, cache and workspace stay as they are.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import type { RunEvent } from '../core/event.ts';
import { fingerprint } from '../core/fingerprint.ts';
import { sameContent, type LockEntry } from '../core/lock-entry.ts';
import type { Stage } from '../core/pipeline.ts';
import { selectStages } from '../core/target.ts';
import type { Outcome } from '../executors/executor.ts';
import { localExecutor } from '../executors/local.ts';
import type { PrivateFolder } from '../executors/private-folder.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { type FileDifference, findDifference } from '../store/compare-trees.ts';
import { createDigester } from '../store/digest.ts';
import { readLock } from '../store/locks.ts';
import { createObjectStore } from '../store/objects.ts';
import { scopeOf } from './claim-stage.ts';
import { contentOf, gatherInputs } from './inputs.ts';
import { fillPrivateFolder, isolatedEnvironment, makeStageFolder } from './isolate.ts';
import { lastLinesOf } from './log-tail.ts';
import { runCommand } from './run-command.ts';
import { roomFor, roomOf } from './room.ts';
import { signalName } from './signal-name.ts';
import { undeclaredPaths } from './undeclared.ts';
import { openWriting, underClaim, type Writing, type WritingOptions } from './writing.ts';

export interface VerifyOptions extends WritingOptions {
  /** Stages, or paths of outs; none: all. Only those named are run, not what they need. */
  readonly targets?: readonly string[];
  readonly jobs?: number;
  /** Told as each stage ends, in that order. */
  readonly onVerdict?: (verdict: StageVerdict) => void;
}

export type StageVerdict =
  /** Each out came out as recorded. */
  | {
      readonly stage: string;
      readonly state: 'reproducible';
      readonly ms: number;
      readonly outs: readonly OutVerdict[];
    }
  | { readonly stage: string; readonly state: 'different'; readonly ms: number; readonly outs: readonly OutVerdict[] }
  /** It does not come to its end with what it declares. */
  | {
      readonly stage: string;
      readonly state: 'failed';
      readonly outcome: Outcome;
      /** Files it seems to have missed. */
      readonly undeclared: readonly string[];
      readonly lastLines: readonly string[];
    }
  | { readonly stage: string; readonly state: 'skipped'; readonly because: SkipReason };

/** `state`: it owns a model's registry, or began from state that is not in the cache. */
export type SkipReason = 'not-fresh' | 'state' | 'no-outs';

export interface OutVerdict {
  readonly path: string;
  readonly isSame: boolean;
  /** The first one, when the recorded content is at hand; null when nothing was written. */
  readonly difference?: FileDifference | null;
}

/** In topological order. Failures: as of every writing verb; what a stage does is in its verdict. */
export async function verify(options: VerifyOptions): Promise<Result<readonly StageVerdict[], Failure>> {
  const opened = await openWriting(options);
  if (!opened.ok) return opened;
  const writing = opened.value;
  const { targets = [], jobs = availableParallelism(), onVerdict = () => undefined } = options;
  const selected = selectStages({ ...writing.loaded, targets, single: targets.length > 0 });
  if (!selected.ok) return selected;
  const room = roomFor(writing.loaded.pipeline, jobs);
  const verdicts = await Promise.all(
    selected.value.map(async (name) => {
      const stage = writing.workspace.stage(name);
      await room.acquire(roomOf(stage));
      try {
        const verdict = await verifyStage(writing, stage);
        if (verdict.ok) onVerdict(verdict.value);
        return verdict;
      } finally {
        room.release(roomOf(stage));
      }
    }),
  );
  writing.workspace.digester.save();
  if (writing.signal.aborted) return err({ code: 'interrupted', signal: signalName(writing.signal) });
  const failure = verdicts.find((verdict) => !verdict.ok);
  return failure?.ok === false ? failure : ok(verdicts.flatMap((verdict) => (verdict.ok ? [verdict.value] : [])));
}

async function verifyStage(writing: Writing, stage: Stage): Promise<Result<StageVerdict, Failure>> {
  const { workspace, signal } = writing;
  const skipped = (because: SkipReason) => ok({ stage: stage.name, state: 'skipped', because } as const);
  if (stage.outs.length === 0) return skipped('no-outs');
  if (workspace.models.some((model) => model.stage === stage.name)) return skipped('state');
  const lock = readLock(workspace.layout, stage.name);
  if (lock?.kind !== 'entry' || signal.aborted) return skipped('not-fresh');
  const folder = makeStageFolder(stage);
  try {
    const filled = await fill(writing, { stage, folder, locked: lock.entry });
    if (!filled.ok) return filled;
    if (filled.value !== 'filled') return skipped(filled.value);
    const started = workspace.now().getTime();
    const outcome = await runThere(writing, stage, folder);
    const ms = workspace.now().getTime() - started;
    if (outcome.kind === 'exited' && outcome.code === 0)
      return await compare(writing, { stage, folder, locked: lock.entry, ms });
    const lastLines = lastLinesOf(folder.logFile);
    const missed = { root: workspace.root, work: folder.work, stage, lines: lastLines };
    return ok({ stage: stage.name, state: 'failed', outcome, undeclared: undeclaredPaths(missed), lastLines });
  } finally {
    folder.remove();
  }
}

interface Verifying {
  readonly stage: Stage;
  readonly folder: PrivateFolder;
  readonly locked: LockEntry;
}

/** Under a claim, so that nobody rewrites what is being copied. */
function fill(writing: Writing, { stage, folder, locked }: Verifying): Promise<Result<'filled' | SkipReason, Failure>> {
  const { workspace } = writing;
  const scope = { writes: [], reads: scopeOf(workspace, stage).reads };
  return underClaim<'filled' | SkipReason>(writing, { name: stage.name, scope }, async () => {
    const inputs = await gatherInputs(workspace, stage);
    if (!inputs.ok || fingerprint(inputs.value) !== locked.fingerprint) return ok('not-fresh');
    const filled = await fillPrivateFolder(workspace, folder, { stage, inputs: inputs.value });
    if (!filled.ok) return filled;
    const { objects } = privateStore(writing, folder);
    for (const { path, before } of locked.outs) {
      if (!before) continue;
      const restored = await objects.restore(before, path, { own: true });
      if (!restored.ok) return restored;
      if (restored.value === 'missing') return ok('state');
    }
    return ok('filled');
  });
}

function runThere(writing: Writing, stage: Stage, folder: PrivateFolder): Promise<Outcome> {
  const { workspace, run, signal, onEvent } = writing;
  const env = { ...isolatedEnvironment(workspace, folder, stage), PIPE_RUN: run };
  const place = { cookie: `${run}-${stage.name}`, log: folder.logFile, root: folder.work, env };
  const tell = (event: RunEvent) => onEvent(event);
  return runCommand({ workspace, stage, executor: localExecutor, signal, onEvent: tell }, place);
}

function privateStore({ workspace }: Writing, { work }: PrivateFolder) {
  const digester = createDigester({ root: work, ignore: workspace.ignore });
  return { digester, objects: createObjectStore({ root: work, cache: workspace.cache, digester }) };
}

async function compare(
  writing: Writing,
  { stage, folder, locked, ms }: Verifying & { readonly ms: number },
): Promise<Result<StageVerdict, Failure>> {
  const { digester } = privateStore(writing, folder);
  const outs: OutVerdict[] = [];
  for (const { path, content } of locked.outs) {
    const made = await digester.digest(path);
    if (!made.ok) return made;
    const isSame = sameContent(content, made.value);
    const recorded = isSame ? ok(undefined) : await contentOf(writing.workspace, path);
    // What stands in the workspace shows what was recorded only while it is that.
    const isAtHand = recorded.ok && sameContent(recorded.value, content);
    const [was, now] = [join(writing.workspace.root, path), join(folder.work, path)];
    const difference = made.value === undefined ? null : isAtHand ? findDifference(was, now) : undefined;
    outs.push({ path, isSame, ...(!isSame && difference !== undefined && { difference }) });
  }
  const state = outs.every(({ isSame }) => isSame) ? 'reproducible' : 'different';
  return ok({ stage: stage.name, state, ms, outs });
}
