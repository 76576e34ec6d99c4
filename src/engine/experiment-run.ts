/**
 * `exp run`: every point of a grid in a work tree of its own. What is to be done is written down first, so that
 * the same command, or `--resume`, goes on after a kill. One that fails is reported, and is no experiment.
 */
import { cpus } from 'node:os';
import type { RunEvent } from '../core/event.ts';
import { type Experiment, type ExperimentSpec, experimentKey, isExperimentName } from '../core/experiment.ts';
import type { Failure } from '../core/failure.ts';
import { expandGrid } from '../core/grid.ts';
import { forEachAtMost } from '../lib/at-most.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { releaseClaim, tryClaim } from '../store/claims.ts';
import { dequeue, enqueue, listQueue, type QueuedExperiment } from '../store/experiment-queue.ts';
import { listExperiments } from '../store/experiments.ts';
import { runGit, writeCommit, writeWorkTree } from '../store/git-write.ts';
import { newClaim } from './claim-stage.ts';
import { experimentFolders, placeOf, removeExperimentFolder, type RepositoryPlace } from './experiment-folder.ts';
import { runExperiment } from './experiment-point.ts';
import { setParams } from './params-set.ts';
import { signalName } from './signal-name.ts';
import { openWriting, underClaim, type Writing, type WritingOptions } from './writing.ts';

export type ExperimentEvent =
  | { readonly type: 'experiment-started'; readonly experiment: string; readonly set: readonly string[] }
  | { readonly type: 'experiment-finished'; readonly experiment: string; readonly outcome: ExperimentOutcome };

export type ExperimentOutcome =
  | { readonly kind: 'ran'; readonly commit: string }
  /** Made before, from the same start with the same values. */
  | { readonly kind: 'known'; readonly commit: string }
  /** `log`: root-relative folder of what its stages printed. */
  | { readonly kind: 'failed'; readonly stage?: string; readonly failure: Failure; readonly logs?: string }
  /** Still queued. */
  | { readonly kind: 'stopped' };

export interface ExperimentRunOptions extends Omit<WritingOptions, 'onEvent'> {
  /** `key=value`, `key=a,b,c`, `key=range(1,5)`. */
  readonly set?: readonly string[];
  readonly targets?: readonly string[];
  /** Of several: what their names begin with. */
  readonly name?: string;
  /** How many experiments at a time; default: 1. */
  readonly jobs?: number;
  /** Go on with what an interrupted command left, and nothing else. */
  readonly resume?: boolean;
  /** Replace experiments of the same names. */
  readonly force?: boolean;
  readonly onEvent?: (event: ExperimentEvent) => void;
  /** What happens in one experiment's run. */
  readonly onRunEvent?: (experiment: string, event: RunEvent) => void;
}

export interface ExperimentResult {
  readonly name: string;
  readonly set: readonly string[];
  readonly outcome: ExperimentOutcome;
}

/** Failures: no-pipeline, pipeline-invalid, no-git, git-failed, experiment-refused, edit-refused, interrupted. */
export async function runExperiments(
  options: ExperimentRunOptions,
): Promise<Result<readonly ExperimentResult[], Failure>> {
  const { onEvent: _, ...others } = options;
  const opened = await openWriting(others);
  if (!opened.ok) return opened;
  const writing = opened.value;
  const place = await placeOf(writing.workspace.root);
  if (!place.ok) return place;
  await clearExperimentFolders(writing, place.value);
  const queued = options.resume ? ok(listQueue(writing.workspace.layout)) : await plan(writing, place.value, options);
  if (!queued.ok) return queued;
  const results = await runQueue(writing, { place: place.value, queued: queued.value, options });
  return writing.signal.aborted ? err({ code: 'interrupted', signal: signalName(writing.signal) }) : ok(results);
}

/** What a killed process left: its work trees. Those in which somebody works stay: each is removed under its own claim. */
async function clearExperimentFolders(writing: Writing, place: RepositoryPlace): Promise<void> {
  const { layout, root } = writing.workspace;
  for (const name of experimentFolders(root)) {
    const claim = newClaim(writing, claimOn(name));
    if (tryClaim(layout, claim).blockedBy !== undefined) continue;
    try {
      if (experimentFolders(root).includes(name)) await removeExperimentFolder(writing, name, place);
    } finally {
      releaseClaim(layout, claim.id);
    }
  }
}

const claimOn = (name: string) => ({ stage: `exp ${name}`, scope: { writes: [`.pipe/exps/${name}`], reads: [] } });

/** All that is to be run, written down. */
async function plan(
  { workspace }: Writing,
  place: RepositoryPlace,
  options: ExperimentRunOptions,
): Promise<Result<readonly QueuedExperiment[], Failure>> {
  const { set = [], targets = [], name, cwd } = options;
  const points = expandGrid(set);
  if (!points.ok) return err({ code: 'experiment-refused', problem: points.error });
  if (name !== undefined && !isExperimentName(name))
    return err({
      code: 'experiment-refused',
      problem: `\`${name}\` cannot be the name of an experiment`,
      hint: NAME_HINT,
    });
  for (const point of points.value) {
    const checked = await setParams({ cwd, assignments: point, dry: true });
    if (!checked.ok) return checked;
  }
  const start = await takeStart(workspace.root, place.top);
  if (!start.ok) return start;
  const { baseline, tree } = start.value;
  const queued = points.value.map((point, index): QueuedExperiment => {
    const spec: ExperimentSpec = { baseline, start: start.value.start, set: point, targets };
    const own = name ?? `exp-${experimentKey(spec, tree)}`;
    return { name: name !== undefined && points.value.length > 1 ? `${own}-${index + 1}` : own, index, ...spec };
  });
  for (const one of queued) enqueue(workspace.layout, one);
  return ok(queued);
}

const NAME_HINT = 'letters, digits, dot, dash and underscore';

interface Start {
  readonly baseline: string;
  readonly start: string;
  readonly tree: string;
}

/** HEAD, with what stands in the workspace on top when that is not the same. */
async function takeStart(root: string, top: string): Promise<Result<Start, Failure>> {
  const baseline = await runGit(root, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  if (!baseline.ok)
    return err({
      code: 'experiment-refused',
      problem: 'there is no commit yet to begin from',
      hint: '`git commit` first',
    });
  const head = await runGit(root, ['rev-parse', 'HEAD^{tree}']);
  if (!head.ok) return head;
  const tree = await writeWorkTree(top);
  if (!tree.ok) return tree;
  if (tree.value === head.value) return ok({ baseline: baseline.value, start: baseline.value, tree: tree.value });
  const message = `What stood in the workspace when experiments began\n`;
  const start = await writeCommit(root, { tree: tree.value, parent: baseline.value, message });
  return start.ok ? ok({ baseline: baseline.value, start: start.value, tree: tree.value }) : start;
}

interface QueueRun {
  readonly place: RepositoryPlace;
  readonly queued: readonly QueuedExperiment[];
  readonly options: ExperimentRunOptions;
}

async function runQueue(writing: Writing, run: QueueRun): Promise<readonly ExperimentResult[]> {
  const { onEvent = () => undefined, jobs = 1 } = run.options;
  const results = new Map<string, ExperimentResult>();
  await forEachAtMost(jobs, run.queued, async (queued) => {
    const { name, set } = queued;
    const outcome = writing.signal.aborted ? ({ kind: 'stopped' } as const) : await runQueued(writing, queued, run);
    results.set(name, { name, set, outcome });
    onEvent({ type: 'experiment-finished', experiment: name, outcome });
  });
  return run.queued.flatMap(({ name }) => results.get(name) ?? []);
}

/** Under a claim, so that two commands do not run one experiment at a time. */
async function runQueued(writing: Writing, queued: QueuedExperiment, run: QueueRun): Promise<ExperimentOutcome> {
  const { layout, root } = writing.workspace;
  const { name } = queued;
  const { stage, scope } = claimOn(name);
  const done = await underClaim<ExperimentOutcome>(writing, { name: stage, scope }, async () => {
    const known = await findKnown(root, queued, run.options.force ?? false);
    if (!known.ok) return known;
    if (known.value !== undefined) return ok({ kind: 'known', commit: known.value.commit });
    run.options.onEvent?.({ type: 'experiment-started', experiment: name, set: queued.set });
    const { jobs = 1, cwd, onRunEvent } = run.options;
    return ok(
      await runExperiment(writing, {
        queued,
        place: run.place,
        cwd,
        jobs: Math.max(1, Math.floor(cpus().length / jobs)),
        onEvent: (event) => onRunEvent?.(name, event),
      }),
    );
  });
  const told: ExperimentOutcome = done.ok ? done.value : toOutcome(done.error);
  // Ctrl-C on a terminal reaches a git of ours too: what it could not finish then did not fail.
  const outcome: ExperimentOutcome = told.kind === 'failed' && writing.signal.aborted ? { kind: 'stopped' } : told;
  if (outcome.kind !== 'stopped') dequeue(layout, name);
  return outcome;
}

const toOutcome = (failure: Failure): ExperimentOutcome =>
  failure.code === 'interrupted' ? { kind: 'stopped' } : { kind: 'failed', failure };

/** The experiment of this name, if it is this one. */
async function findKnown(
  root: string,
  queued: QueuedExperiment,
  force: boolean,
): Promise<Result<Experiment | undefined, Failure>> {
  const all = await listExperiments(root);
  if (!all.ok) return all;
  const known = all.value.find(({ name }) => name === queued.name);
  if (known === undefined || force) return ok(undefined);
  const trees = await Promise.all(
    [known.start, queued.start].map((commit) => runGit(root, ['rev-parse', `${commit}^{tree}`])),
  );
  const [a, b] = trees.map((tree) => (tree.ok ? tree.value : ''));
  if (a === b && experimentKey(known, '') === experimentKey(queued, '')) return ok(known);
  return err({
    code: 'experiment-refused',
    problem: `there is another experiment called ${queued.name}`,
    hint: 'choose another --name, or replace it with --force',
  });
}
