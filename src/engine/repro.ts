/**
 * `repro`, top to bottom: load, select, recover, then decide and act stage by stage, each as soon as
 * its upstream is done. Never exits, never prints: everything is told through `onEvent`.
 */
import { availableParallelism } from 'node:os';
import type { RunEvent, RunSummary, StageResult } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import { Schedule } from '../core/schedule.ts';
import { selectStages } from '../core/target.ts';
import { localExecutor } from '../executors/local.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { Semaphore } from '../lib/semaphore.ts';
import { addDurations } from '../store/durations.ts';
import { identityOf } from '../store/process-identity.ts';
import { loadPipeline } from './load.ts';
import { prepareWorkspace } from './prepare.ts';
import { preview } from './preview.ts';
import { recover } from './recover.ts';
import { newRunId } from './run-id.ts';
import type { Session } from './session.ts';
import { performStage } from './stage-task.ts';
import { summarize } from './summarize.ts';
import { createWorkspace, type Workspace, type WorkspaceOptions } from './workspace.ts';

export interface ReproOptions extends Partial<WorkspaceOptions> {
  /** Absolute; the pipeline is looked for here and above. */
  readonly cwd: string;
  /** Stage names, out paths or globs of stage names; none: all stages. */
  readonly targets?: readonly string[];
  /** How many stages may run at a time; default: the number of cores. */
  readonly jobs?: number;
  /** Run the selected stages whatever their state, and restore nothing. */
  readonly force?: boolean;
  /** The targets alone, without what they need. */
  readonly single?: boolean;
  /** The targets and all that needs them. */
  readonly downstream?: boolean;
  /** After a failure go on with what does not need the failed stage. */
  readonly keepGoing?: boolean;
  /** Decide only. */
  readonly dry?: boolean;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}

/**
 * Failures are those that keep the run from beginning, and `interrupted`; what happens to a stage
 * is in the summary and the events.
 */
export async function repro(options: ReproOptions): Promise<Result<RunSummary, Failure>> {
  const loaded = await loadPipeline(options.cwd);
  if (!loaded.ok) return loaded;
  const { targets = [], single = false, downstream = false, signal = new AbortController().signal } = options;
  const selected = selectStages({ ...loaded.value, targets, single, downstream });
  if (!selected.ok) return selected;

  const workspace = createWorkspace(loaded.value, { ...options, env: options.env ?? process.env });
  const results = options.dry
    ? await dryRun(workspace, selected.value, options)
    : await realRun(workspace, selected.value, { ...options, signal });
  workspace.digester.save();
  return signal.aborted ? err({ code: 'interrupted', signal: signalName(signal) }) : ok(results);
}

async function dryRun(
  workspace: Workspace,
  stages: readonly string[],
  { force = false, onEvent = () => undefined }: ReproOptions,
): Promise<RunSummary> {
  const started = workspace.now().getTime();
  const run = newRunId(workspace.now());
  onEvent({ type: 'run-started', run, stages, dry: true });
  const results = new Map<string, StageResult>();
  for (const { stage, outlook } of await preview(workspace, stages, { force })) {
    if (outlook.kind === 'decided') onEvent({ type: 'stage-decided', stage, decision: outlook.decision });
    if (outlook.kind === 'unknown') onEvent({ type: 'stage-undecided', stage, upstream: outlook.upstream });
    if (outlook.kind === 'failure')
      results.set(stage, { kind: 'failed', failure: outlook.failure, ms: 0, lastLines: [] });
    else if (outlook.kind === 'decided' && outlook.decision.action === 'skip')
      results.set(stage, { kind: 'fresh', repairs: [] });
    else results.set(stage, { kind: 'not-started' });
  }
  return report({ run, onEvent, workspace, stages, results, started });
}

type RealOptions = ReproOptions & { readonly signal: AbortSignal };

async function realRun(workspace: Workspace, stages: readonly string[], options: RealOptions): Promise<RunSummary> {
  const { onEvent = () => undefined } = options;
  const started = workspace.now().getTime();
  const run = newRunId(workspace.now());
  onEvent({ type: 'run-started', run, stages, dry: false });
  await recover(workspace, onEvent);
  const results = await runAll(workspace, stages, { ...options, run, onEvent });
  addDurations(workspace.layout, durationsOf(results));
  return report({ run, onEvent, workspace, stages, results, started });
}

interface AllOptions extends RealOptions {
  readonly run: string;
  readonly onEvent: (event: RunEvent) => void;
}

/** Takes whatever is ready, whenever something ends; `slots` decide how much of it runs at a time. */
function runAll(
  workspace: Workspace,
  stages: readonly string[],
  options: AllOptions,
): Promise<ReadonlyMap<string, StageResult>> {
  const { keepGoing = false, signal, onEvent } = options;
  const schedule = new Schedule({ stages, upstream: workspace.graph.upstream });
  const results = new Map<string, StageResult>();
  let halted = false;
  const session = createSession(workspace, options, () => halted);
  const settle = (stage: string, result: StageResult) => {
    results.set(stage, result);
    onEvent({ type: 'stage-finished', stage, result });
  };
  return new Promise((resolve, reject) => {
    let inFlight = 0;
    const finish = (stage: string, result: StageResult) => {
      inFlight -= 1;
      settle(stage, result);
      const isDone = result.kind !== 'failed' && result.kind !== 'not-started';
      for (const blocked of schedule.settle(stage, isDone ? 'done' : 'failed'))
        settle(blocked, { kind: 'blocked', by: stage });
      if (result.kind === 'failed' && !keepGoing) halted = true;
      pump();
    };
    const pump = () => {
      for (let stage = take(); stage !== undefined; stage = take()) {
        const name = stage;
        inFlight += 1;
        performStage(session, name).then((result) => finish(name, result), reject);
      }
      if (inFlight === 0) resolve(results);
    };
    const take = () => (halted || signal.aborted ? undefined : schedule.next());
    pump();
  });
}

function createSession(
  workspace: Workspace,
  { run, jobs, force = false, signal, onEvent }: AllOptions,
  isHalted: () => boolean,
): Session {
  const holder = identityOf(process.pid);
  if (holder === undefined) throw new Error('this process does not find itself');
  let prepared: Promise<StageResult | undefined> | undefined;
  return {
    workspace,
    run,
    holder,
    executor: localExecutor,
    slots: new Semaphore(jobs ?? availableParallelism()),
    force,
    signal,
    onEvent,
    isHalted,
    prepare: () => (prepared ??= prepareWorkspace(workspace)),
  };
}

interface Reported {
  readonly run: string;
  readonly onEvent: (event: RunEvent) => void;
  readonly workspace: Workspace;
  readonly stages: readonly string[];
  readonly results: ReadonlyMap<string, StageResult>;
  readonly started: number;
}

function report({ run, onEvent, workspace, stages, results, started }: Reported): RunSummary {
  const ms = workspace.now().getTime() - started;
  const summary = summarize(stages, { results, durations: workspace.durations, ms });
  onEvent({ type: 'run-finished', run, summary });
  return summary;
}

function durationsOf(results: ReadonlyMap<string, StageResult>): ReadonlyMap<string, number> {
  return new Map(
    [...results].flatMap(([stage, result]) => (result.kind === 'ran' ? [[stage, result.ms] as const] : [])),
  );
}

function signalName(signal: AbortSignal): 'SIGINT' | 'SIGTERM' | 'SIGHUP' {
  return signal.reason === 'SIGTERM' || signal.reason === 'SIGHUP' ? signal.reason : 'SIGINT';
}
