/**
 * `repro`, top to bottom: load, select, recover, then decide and act stage by stage, each as soon as
 * its upstream is done. Never exits, never prints: everything is told through `onEvent`.
 */
import type { RunEvent, RunSummary, StageResult } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import { selectStages } from '../core/target.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { createSyncGroup } from '../store/sync-group.ts';
import { systemFailure } from '../store/system-failure.ts';
import { addDurations } from '../store/durations.ts';
import type { Executor } from '../executors/executor.ts';
import { type LoadedPipeline, loadPipeline } from './load.ts';
import { failed } from './performance.ts';
import { preview } from './preview.ts';
import { recover } from './recover.ts';
import { type Oversight, runAll } from './run-all.ts';
import { newRunId } from './run-id.ts';
import { findOutdatedSource } from './source-state.ts';
import type { TakeTurn } from './session.ts';
import { summarize } from './summarize.ts';
import { type Terms, USUAL_TERMS } from './terms.ts';
import { findUnready } from './find-unready.ts';
import { createWorkspace, type PullSource, type Workspace, type WorkspaceOptions } from './workspace.ts';
import { signalName } from './signal-name.ts';

export interface ReproOptions extends Partial<Omit<WorkspaceOptions, 'terms' | 'syncs' | 'pullSource'>> {
  /** Absolute; the pipeline is looked for here and above. */
  readonly cwd: string;
  /** Stage names, out paths or globs of stage names; none: all stages of the pipeline file at hand. */
  readonly targets?: readonly string[];
  /** Without targets: the stages of all pipeline files, wherever `cwd` is. */
  readonly all?: boolean;
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
  /** false: restore nothing from the run cache, and record nothing in it. */
  readonly runCache?: boolean;
  /** false: write lock entries without storing outs; the next run stores them. */
  readonly commit?: boolean;
  /** For CI: a stage whose inputs are not those of its lock entry, or a source that changed, is a failure. */
  readonly locked?: boolean;
  /** Data that is neither here nor in the cache is taken to be as it was recorded. */
  readonly allowMissing?: boolean;
  /** Run every stage in a private folder that holds only what is declared. */
  readonly isolated?: boolean;
  /** What a failed or stopped stage wrote goes to `.pipe/failed/<run>/` instead of being removed. */
  readonly keepFailed?: boolean;
  /** Where commands run; default: in the background on this machine. */
  readonly executor?: Executor;
  /** Asked and told while stages run; `engine/watch` is who needs it. */
  readonly oversight?: Oversight;
  /** Asked before a stage runs; `engine/experiment-turn` is who needs it. */
  readonly takeTurn?: TakeTurn;
  /** Take from the usual remote what targets, and stages that run, need and is not here. */
  readonly pull?: boolean;
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
  const { targets = [], all = false, single = false, downstream = false } = options;
  const selected = selectStages({ ...loaded.value, targets, all, single, downstream });
  return selected.ok ? await reproStages(loaded.value, selected.value, options) : selected;
}

/** For a pipeline and stages that are known already. `stages`: in topological order. */
export async function reproStages(
  loaded: LoadedPipeline,
  stages: readonly string[],
  options: ReproOptions,
): Promise<Result<RunSummary, Failure>> {
  const { signal = new AbortController().signal, env = process.env } = options;
  const pull = options.pull === true ? await openPull(loaded, options, () => workspace) : ok(undefined);
  if (!pull.ok) return pull;
  const syncs = createSyncGroup();
  const workspace: Workspace = createWorkspace(loaded, {
    ...options,
    env,
    terms: termsOf(options),
    syncs,
    pullSource: pull.value,
  });
  try {
    return await reproIn(workspace, stages, { ...options, signal });
  } finally {
    await pull.value?.close();
  }
}

async function openPull(
  loaded: LoadedPipeline,
  { env = process.env, signal, dry = false, targets = [] }: ReproOptions,
  workspace: () => Workspace,
): Promise<Result<PullSource, Failure>> {
  const [{ openNamed }, { createPullSource }, { wantedStages }] = await Promise.all([
    import('./remotes.ts'),
    import('./pull-source.ts'),
    import('./bring.ts'),
  ]);
  const named = await openNamed(loaded, { name: undefined, env, signal });
  if (!named.ok) return named;
  const meant = targets.length === 0 ? ok([]) : selectStages({ ...loaded, targets, single: true });
  if (!meant.ok) return meant;
  return ok(createPullSource({ named: named.value, isDry: dry, wanted: wantedStages(loaded, meant.value) }, workspace));
}

async function reproIn(
  workspace: Workspace,
  stages: readonly string[],
  options: RealOptions,
): Promise<Result<RunSummary, Failure>> {
  const { signal } = options;
  const outdated = workspace.terms.locked ? await findOutdatedSource(workspace) : ok(undefined);
  if (!outdated.ok) return outdated;
  // A dry run says it of each stage; with -k whatever does not need it goes on.
  const isLenient = options.dry || options.keepGoing || workspace.terms.allowMissing;
  const unknown = isLenient ? ok(undefined) : findUnready(workspace, stages);
  if (!unknown.ok) return unknown;
  const results = options.dry
    ? ok(await dryRun(workspace, stages, options))
    : await realRun(workspace, stages, options);
  workspace.digester.save();
  return signal.aborted ? err({ code: 'interrupted', signal: signalName(signal) }) : results;
}

function termsOf(options: ReproOptions): Terms {
  const { runCache, commit, locked, allowMissing, isolated, keepFailed } = { ...USUAL_TERMS, ...options };
  // What can be pulled is taken to be as it was recorded, until somebody needs its bytes.
  const isLenient = allowMissing || options.pull === true;
  return { runCache, commit, locked, allowMissing: isLenient, isolated, keepFailed };
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
    if (outlook.kind === 'failure') {
      const result = failed(outlook.failure);
      results.set(stage, result);
      onEvent({ type: 'stage-finished', stage, result });
    } else if (outlook.kind === 'decided' && outlook.decision.action === 'skip')
      results.set(stage, { kind: 'fresh', repairs: [] });
    else results.set(stage, { kind: 'not-started' });
  }
  return report({ run, onEvent, workspace, stages, results, started });
}

type RealOptions = ReproOptions & { readonly signal: AbortSignal };

async function realRun(
  workspace: Workspace,
  stages: readonly string[],
  options: RealOptions,
): Promise<Result<RunSummary, Failure>> {
  const { onEvent = () => undefined } = options;
  const started = workspace.now().getTime();
  const run = newRunId(workspace.now());
  onEvent({ type: 'run-started', run, stages, dry: false });
  await recover(workspace, onEvent);
  const results = await runAll(workspace, stages, { ...options, run, onEvent });
  addDurations(workspace.layout, durationsOf(results));
  try {
    await workspace.syncs?.sync();
  } catch (error) {
    return err(systemFailure(error, { operation: 'write', path: '.pipe/cache' })); // a broken disk, say
  }
  return ok(report({ run, onEvent, workspace, stages, results, started }));
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
