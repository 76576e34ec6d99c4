/**
 * What a stage printed: the logs that are kept, by run, and the one that is being written now.
 * Reads only, and never waits but for a command's next line.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Holder } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { type Claim, listClaims } from '../store/claims.ts';
import { type Layout, layoutOf } from '../store/layout.ts';
import { readTextIfThere } from '../store/read-if-there.ts';
import { listStageRuns, logPath, type StageRun } from '../store/run-history.ts';
import { loadPipeline } from './load.ts';
import { followLog } from './log-tail.ts';
import { oneStage } from './one-stage.ts';
import { isAbandoned } from './recover.ts';
import { holderOf } from './wait.ts';

export interface LogOptions {
  /** Absolute. */
  readonly cwd: string;
  readonly stage: string;
  /** Counted back from the latest that ended, which is 1. Without it: the one that goes on, or the latest. */
  readonly run?: number;
}

/** `running`: the stage is at work, and this is what it has printed so far. */
export type StageLog =
  | { readonly state: 'ended'; readonly run: StageRun; readonly text: string }
  | { readonly state: 'running'; readonly holder: Holder; readonly logFile: string; readonly text: string };

/** Failures: no-pipeline, pipeline-invalid, unknown-target, ambiguous-target, no-log. */
export async function readLog({ cwd, stage, run }: LogOptions): Promise<Result<StageLog, Failure>> {
  const found = await findStage(cwd, stage);
  if (!found.ok) return found;
  const { layout, name } = found.value;
  const running = run === undefined ? runningClaim(layout, name) : undefined;
  return running === undefined ? readEnded(layout, name, run ?? 1) : ok(readRunning(layout, running));
}

export interface FollowOptions extends Pick<LogOptions, 'cwd' | 'stage'> {
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

const LOOK_MS = 100;

/** Every line of the run that goes on, from its first, until it ends; of the latest when none goes on. */
export async function followStage({ cwd, stage, signal, onLine }: FollowOptions): Promise<Result<StageLog, Failure>> {
  const found = await findStage(cwd, stage);
  if (!found.ok) return found;
  const { layout, name } = found.value;
  const claim = runningClaim(layout, name);
  if (claim === undefined) {
    const ended = readEnded(layout, name, 1);
    if (ended.ok) for (const line of linesOf(ended.value.text)) onLine(line);
    return ended;
  }
  const stop = followLog(join(layout.root, logPath(name, claim.run)), onLine);
  while (!signal.aborted && runningClaim(layout, name)?.id === claim.id) {
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
  stop();
  if (signal.aborted) return ok(readRunning(layout, claim));
  const ended = listStageRuns(layout, name).findLast((past) => past.run === claim.run);
  return ended === undefined ? ok(readRunning(layout, claim)) : ok({ state: 'ended', run: ended, text: '' });
}

async function findStage(cwd: string, stage: string): Promise<Result<{ layout: Layout; name: string }, Failure>> {
  const loaded = await loadPipeline(cwd);
  if (!loaded.ok) return loaded;
  const name = oneStage(loaded.value, stage);
  return name.ok ? ok({ layout: layoutOf(loaded.value.root), name: name.value }) : name;
}

function runningClaim(layout: Layout, stage: string): Claim | undefined {
  return listClaims(layout).find((claim) => claim.stage === stage && !isAbandoned(claim));
}

function readRunning(layout: Layout, claim: Claim): StageLog {
  const logFile = logPath(claim.stage, claim.run);
  const text = readTextIfThere(join(layout.root, logFile)) ?? '';
  return { state: 'running', holder: holderOf(claim), logFile, text };
}

function readEnded(layout: Layout, stage: string, nth: number): Result<Extract<StageLog, { state: 'ended' }>, Failure> {
  const run = listStageRuns(layout, stage).at(-nth);
  const text = run && readTextIfThere(join(layout.root, run.logFile));
  return run && text !== undefined ? ok({ state: 'ended', run, text }) : err({ code: 'no-log', stage, run: nth });
}

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));
