/**
 * One stage of a run, from the moment its upstream is done to its result.
 *
 *   observe -> decide -> fresh
 *                   \-> slot -> claim -> observe and decide anew -> run | restore
 *                          \-> held by somebody else: give the slot back, wait, begin again
 *
 * What was decided without the claim may be old news once it is held, so it is never acted on.
 */
import { conflicts } from '../core/claim.ts';
import type { Decision, Repair } from '../core/decide.ts';
import type { StageResult } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import type { Stage } from '../core/pipeline.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { Soon } from '../lib/soon.ts';
import { listClaims, type Claim, type ClaimAnswer } from '../store/claims.ts';
import type { Journal } from '../store/journal.ts';
import { abandonOwn } from './abandon.ts';
import { scopeOf } from './claim-stage.ts';
import { contentOf } from './inputs.ts';
import { restoreCopies } from './model-copy.ts';
import { type Decided, decideStage } from './decide-stage.ts';
import { usesRunCache } from './observe.ts';
import { failed, type Performance } from './performance.ts';
import { hasLock } from '../store/locks.ts';
import { restoreStage } from './restore-stage.ts';
import { runStage } from './run-stage.ts';
import { roomOf } from './room.ts';
import type { Session } from './session.ts';
import { systemFailure } from '../store/system-failure.ts';
import { createWait } from './wait.ts';
import type { Workspace } from './workspace.ts';

/** At once where the stage is fresh and nothing of it has moved. */
export function performStage(session: Session, name: string): Soon<StageResult> {
  const stage = session.workspace.stage(name);
  const known = decideFirst(session, stage);
  const isFresh =
    known !== undefined && !(known instanceof Promise) && known.ok && known.value.decision.action === 'skip';
  return isFresh ? keepFresh(session, stage, known.value.decision) : performInTurn(session, stage, known);
}

/** Undefined: a stage without a lock entry has to act, and whatever else there is to say of it is said under its claim. */
function decideFirst(session: Session, stage: Stage): Soon<Result<Decided, Failure>> | undefined {
  const mayRest = stage.frozen || session.takeTurn !== undefined || hasLock(session.workspace.layout, stage.name);
  return mayRest ? observeAndDecide(session, stage) : undefined;
}

/** `known`: what has been decided already. */
async function performInTurn(
  session: Session,
  stage: Stage,
  known: Soon<Result<Decided, Failure>> | undefined,
): Promise<StageResult> {
  const { workspace, signal, onEvent } = session;
  const wait = createWait(workspace, { stage: stage.name, signal, onEvent });
  for (let decided = await known; ; decided = await decideFirst(session, stage)) {
    if (session.isHalted() || signal.aborted) return { kind: 'not-started' };
    const attempt = await attemptStage(session, stage, decided);
    if (attempt.kind === 'done') return attempt.result;
    if (attempt.kind === 'again') continue;
    await wait(attempt.claim);
  }
}

type Attempt =
  | { readonly kind: 'done'; readonly result: StageResult }
  | { readonly kind: 'again' }
  | { readonly kind: 'blocked'; readonly claim: Claim };

const done = (result: StageResult): Attempt => ({ kind: 'done', result });

async function attemptStage(
  session: Session,
  stage: Stage,
  known: Result<Decided, Failure> | undefined,
): Promise<Attempt> {
  const rest = known === undefined ? undefined : await restIfMay(session, stage, known);
  if (rest !== undefined) return rest;

  // Before there is room taken: waiting takes none.
  const endTurn = known?.ok === true ? await takeTurn(session, stage, known.value.decision) : undefined;
  const room = roomOf(stage);
  session.claims.expect(stage);
  await session.room.acquire(room);
  try {
    if (session.isHalted() || session.signal.aborted) return done({ kind: 'not-started' });
    const attempt = await actUnderClaim(session, stage);
    if (attempt.kind === 'done' && attempt.result.kind === 'failed') session.onFailed();
    return attempt;
  } finally {
    session.claims.forget(stage);
    session.room.release(room);
    endTurn?.();
  }
}

/** Undefined: it has to act, which takes room and a claim. */
async function restIfMay(
  session: Session,
  stage: Stage,
  known: Result<Decided, Failure>,
): Promise<Attempt | undefined> {
  if (!known.ok) return blockedOr(session.workspace, stage, failed(known.error));
  const { decision } = known.value;
  if (decision.action === 'skip') return done(await keepFresh(session, stage, decision));
  if (stage.frozen && decision.action === 'run') return done({ kind: 'frozen' });
  return isHeldBack(session, stage, decision) ? done({ kind: 'held-back' }) : undefined;
}

const isHeldBack = (session: Session, stage: Stage, decision: Decision): boolean =>
  decision.action === 'run' && session.isHeldBack(stage.name, decision.key);

async function takeTurn(session: Session, stage: Stage, decision: Decision): Promise<(() => void) | undefined> {
  if (decision.action !== 'run' || !usesRunCache(session.workspace, stage)) return undefined;
  const { signal, onEvent } = session;
  return await session.takeTurn?.({ stage: stage.name, key: decision.key, signal, onEvent });
}

/** What is not there may only be away for a moment, because somebody is rewriting it. */
function blockedOr(workspace: Workspace, stage: Stage, result: StageResult): Attempt {
  const scope = scopeOf(workspace, stage);
  const claim = listClaims(workspace.layout).find((other) => conflicts(other, scope));
  return claim ? { kind: 'blocked', claim } : done(result);
}

async function actUnderClaim(session: Session, stage: Stage): Promise<Attempt> {
  const { workspace } = session;
  const claimed = claimNow(session, stage);
  if (!claimed.ok) return done(failed(claimed.error));
  const { claim, blockedBy } = claimed.value;
  if (blockedBy !== undefined) return { kind: 'blocked', claim: blockedBy };
  workspace.atStep('claimed', stage.name);
  let begun: Journal | undefined;
  let attempt: Attempt | undefined;
  try {
    const prepared = await session.prepare(); // under the claim: a kill while .gitignore is written is recovered from
    attempt = prepared.ok
      ? await act(session, stage, {
          claim,
          uncommitted: prepared.value.uncommitted,
          onBegun: (journal) => (begun = journal),
        })
      : done(failed(prepared.error));
  } catch (error) {
    // Bugs go on up; what the operating system refused ends this stage alone.
    attempt = done(failed(systemFailure(error, { operation: 'write', path: pathOf(error) ?? stage.name })));
  } finally {
    const kept = attempt !== undefined && endedWell(attempt) ? undefined : abandonOwn(workspace, claim, begun);
    if (kept !== undefined)
      session.onEvent({ type: 'stage-warning', stage: stage.name, message: `what it left is kept in ${kept}/` });
    session.claims.release(claim);
  }
  return attempt;
}

/** Failures: system, as on a disk that is full or read-only. */
function claimNow(session: Session, stage: Stage): Result<ClaimAnswer & { readonly claim: Claim }, Failure> {
  try {
    return ok(session.claims.claim(stage));
  } catch (error) {
    return err(systemFailure(error, { operation: 'write', path: '.pipe/claims' }));
  }
}

const endedWell = (attempt: Attempt): boolean => attempt.kind === 'done' && attempt.result.kind !== 'failed';

type Holding = Pick<Performance, 'claim' | 'uncommitted' | 'onBegun'>;

async function act(session: Session, stage: Stage, holding: Holding): Promise<Attempt> {
  const { workspace, executor, signal, onEvent } = session;
  const known = await observeAndDecide(session, stage);
  if (!known.ok) return done(failed(known.error));
  const { facts, decision } = known.value;
  if (decision.action === 'skip') return done(await keepFresh(session, stage, decision));
  if (isHeldBack(session, stage, decision)) return done({ kind: 'held-back' });
  onEvent({ type: 'stage-decided', stage: stage.name, decision });
  const { inputs, locked } = facts;
  const performance = { workspace, stage, inputs, locked, executor, signal, onEvent, ...holding };
  if (decision.action === 'run') return done(await runWithDeps(performance, decision));
  const unregistered = restoreCopies(workspace, stage);
  if (unregistered !== undefined) return done(failed(unregistered));
  const restored = await restoreStage(performance, decision);
  return restored === 'missing' ? { kind: 'again' } : done(restored);
}

async function runWithDeps(
  performance: Performance,
  decision: Extract<Decision, { action: 'run' }>,
): Promise<StageResult> {
  const { workspace, stage } = performance;
  if (workspace.pullSource === undefined) return await runStage(performance, decision);
  const { bringDeps } = await import('./bring.ts');
  const brought = await bringDeps(workspace, stage);
  return brought.ok ? await runStage(performance, decision) : failed(brought.error);
}

function pathOf(error: unknown): string | undefined {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : undefined;
}

function observeAndDecide({ workspace, force }: Session, stage: Stage): Soon<Result<Decided, Failure>> {
  return decideStage(workspace, stage, { force });
}

function keepFresh(session: Session, stage: Stage, decision: Extract<Decision, { action: 'skip' }>): Soon<StageResult> {
  session.onEvent({ type: 'stage-decided', stage: stage.name, decision });
  const unregistered = restoreCopies(session.workspace, stage);
  if (unregistered !== undefined) return failed(unregistered);
  const { repairs } = decision;
  return repairs.length === 0 ? ALL_WELL : repair(session.workspace, repairs);
}

const ALL_WELL: StageResult = { kind: 'fresh', repairs: [] };

async function repair(workspace: Workspace, repairs: readonly Repair[]): Promise<StageResult> {
  for (const { path } of repairs) {
    const content = await contentOf(workspace, path);
    if (!content.ok) return failed(content.error);
    const stored = content.value === undefined ? ok(undefined) : await workspace.objects.store(path, content.value);
    if (!stored.ok) return failed(stored.error);
  }
  return { kind: 'fresh', repairs };
}
