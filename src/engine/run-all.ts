/**
 * Takes stages as they become ready and sees each to its result. Knows the order of things, and
 * nothing of what happens to one stage (`engine/stage-task`).
 */
import { availableParallelism } from 'node:os';
import type { RunEvent, StageResult } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import type { Fingerprint } from '../core/fingerprint.ts';
import { Schedule } from '../core/schedule.ts';
import type { Executor } from '../executors/executor.ts';
import { createLocalExecutor } from '../executors/local.ts';
import type { Result } from '../lib/result.ts';
import type { Soon } from '../lib/soon.ts';
import { errorCode } from '../store/read-if-there.ts';
import { createTurns } from '../store/turns.ts';
import { identityOf } from '../store/process-identity.ts';
import { type Prepared, prepareWorkspace } from './prepare.ts';
import { roomFor } from './room.ts';
import type { Session, TakeTurn } from './session.ts';
import { createStageClaims } from './stage-claims.ts';
import { performStage } from './stage-task.ts';
import type { Workspace } from './workspace.ts';

/** What a watch has to say while a run goes on. */
export interface Oversight {
  /** Ends one stage; the run's own signal ends all. */
  readonly signalOf: (stage: string) => AbortSignal;
  /** Whether a stage is not to run with these inputs. */
  readonly isHeldBack: (stage: string, key: Fingerprint) => boolean;
}

export interface AllOptions {
  readonly run: string;
  readonly jobs?: number;
  readonly force?: boolean;
  readonly keepGoing?: boolean;
  /** Where commands run; default: in the background on this machine. */
  readonly executor?: Executor;
  readonly oversight?: Oversight;
  readonly takeTurn?: TakeTurn;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

/** Takes whatever is ready, whenever something ends; there is only so much room for what runs at a time. */
export async function runAll(
  workspace: Workspace,
  stages: readonly string[],
  options: AllOptions,
): Promise<ReadonlyMap<string, StageResult>> {
  const { keepGoing = false, oversight, signal, onEvent } = options;
  const schedule = new Schedule({ stages, upstream: workspace.graph.upstream });
  const results = new Map<string, StageResult>();
  let halted = false;
  const onFailed = () => {
    halted ||= !keepGoing;
  };
  const session = createSession(workspace, options, { isHalted: () => halted, onFailed });
  const settle = (stage: string, result: StageResult) => {
    results.set(stage, result);
    onEvent({ type: 'stage-finished', stage, result });
  };
  await takeAll({
    take: () => (halted || signal.aborted ? undefined : schedule.next()),
    perform(stage) {
      const own = oversight ? { ...session, signal: AbortSignal.any([signal, oversight.signalOf(stage)]) } : session;
      return performStage(own, stage);
    },
    finish(stage, result) {
      settle(stage, result);
      const isDone = !['failed', 'held-back', 'not-started'].includes(result.kind);
      for (const blocked of schedule.settle(stage, isDone ? 'done' : 'failed'))
        settle(blocked, { kind: 'blocked', by: stage });
      if (result.kind === 'failed') onFailed();
    },
  });
  session.executor.close?.();
  try {
    session.claims.settle();
  } catch (error) {
    // A full disk. This process ends, and whoever comes next takes over what the dead hold.
    if (errorCode(error) === undefined) throw error;
  }
  return results;
}

interface Work {
  /** Undefined: nothing is ready now, or nothing is left. */
  readonly take: () => string | undefined;
  readonly perform: (stage: string) => Soon<StageResult>;
  /** After it more may be ready. */
  readonly finish: (stage: string, result: StageResult) => void;
}

/** Until nothing is ready and nothing is under way. */
function takeAll({ take, perform, finish }: Work): Promise<void> {
  return new Promise((resolve, reject) => {
    let underWay = 0;
    const goOnAfter = (work: Promise<void>) => {
      underWay += 1;
      const goOn = () => {
        underWay -= 1;
        takeReady();
      };
      work.then(goOn).catch(reject);
    };
    const takeReady = () => {
      const turn = createTurns();
      for (let next = take(); next !== undefined; next = take()) {
        const stage = next;
        const result = perform(stage);
        if (result instanceof Promise) goOnAfter(result.then((ended) => finish(stage, ended)));
        else finish(stage, result);
        const rest = turn(); // thousands that are fresh take a while, and signals want their turn
        if (rest !== undefined) return goOnAfter(rest);
      }
      if (underWay === 0) resolve();
    };
    takeReady();
  });
}

function createSession(
  workspace: Workspace,
  { run, jobs, force = false, executor = createLocalExecutor(), oversight, takeTurn, signal, onEvent }: AllOptions,
  halt: Pick<Session, 'isHalted' | 'onFailed'>,
): Session {
  const holder = identityOf(process.pid);
  if (holder === undefined) throw new Error('this process does not find itself');
  let prepared: Promise<Result<Prepared, Failure>> | undefined;
  return {
    workspace,
    run,
    holder,
    claims: createStageClaims({ workspace, run, holder }),
    executor,
    room: roomFor(workspace.pipeline, jobs ?? availableParallelism()),
    force,
    signal,
    onEvent,
    ...halt,
    takeTurn,
    isHeldBack: oversight?.isHeldBack ?? (() => false),
    prepare: () => (prepared ??= prepare(workspace, onEvent)),
  };
}

async function prepare(workspace: Workspace, onEvent: (event: RunEvent) => void): Promise<Result<Prepared, Failure>> {
  const prepared = await prepareWorkspace(workspace);
  if (prepared.ok)
    for (const { stage, message } of prepared.value.notices) onEvent({ type: 'stage-warning', stage, message });
  return prepared;
}
