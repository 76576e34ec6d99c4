/** One experiment: a work tree is made, the values are set, the stages run, and what is left becomes a commit. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { RunEvent } from '../core/event.ts';
import { renderMessage } from '../core/experiment.ts';
import type { Failure } from '../core/failure.ts';
import { ok, type Result } from '../lib/result.ts';
import type { QueuedExperiment } from '../store/experiment-queue.ts';
import { writeExperiment } from '../store/experiments.ts';
import { writeCommit, writeWorkTree } from '../store/git-write.ts';
import { layoutOf } from '../store/layout.ts';
import {
  experimentsFolder,
  linkedPaths,
  makeExperimentFolder,
  removeExperimentFolder,
  type RepositoryPlace,
} from './experiment-folder.ts';
import type { ExperimentOutcome } from './experiment-run.ts';
import { createTurns } from './experiment-turn.ts';
import { setParams } from './params-set.ts';
import { repro } from './repro.ts';
import type { Workspace } from './workspace.ts';
import type { Writing } from './writing.ts';

export interface PointOptions {
  readonly queued: QueuedExperiment;
  readonly place: RepositoryPlace;
  /** Absolute: targets are looked for from here. */
  readonly cwd: string;
  /** Stages at a time. */
  readonly jobs: number;
  readonly onEvent: (event: RunEvent) => void;
}

export async function runExperiment(writing: Writing, options: PointOptions): Promise<ExperimentOutcome> {
  const { workspace } = writing;
  const { queued, place } = options;
  try {
    const folder = await makeExperimentFolder(writing, { name: queued.name, start: queued.start, place });
    if (!folder.ok) return { kind: 'failed', failure: folder.error };
    const failed = await runStages(writing, folder.value, options);
    if (failed !== undefined) return failed;
    const commit = await record(workspace, folder.value, options);
    return commit.ok ? { kind: 'ran', commit: commit.value } : { kind: 'failed', failure: commit.error };
  } finally {
    await removeExperimentFolder(writing, queued.name, place);
  }
}

/** Undefined: all went well. */
async function runStages(
  writing: Writing,
  root: string,
  { queued, cwd, jobs, onEvent }: PointOptions,
): Promise<ExperimentOutcome | undefined> {
  const { workspace, signal } = writing;
  const there = join(root, relative(workspace.root, cwd));
  const set = await setParams({ cwd: there, assignments: queued.set });
  if (!set.ok) return { kind: 'failed', failure: set.error };
  let broken: { readonly stage: string; readonly failure: Failure } | undefined;
  const listen = (told: RunEvent): void => {
    const event = withKeptLog(told, queued.name);
    if (event.type === 'stage-finished' && event.result.kind === 'failed')
      broken ??= { stage: event.stage, failure: event.result.failure };
    onEvent(event);
  };
  const { targets } = queued;
  const takeTurn = createTurns(writing, queued.name);
  const ran = await repro({ cwd: there, targets, jobs, env: workspace.env, signal, takeTurn, onEvent: listen });
  if (signal.aborted) return { kind: 'stopped' };
  if (!ran.ok) return { kind: 'failed', failure: ran.error };
  if (ran.value.ok) return undefined;
  const logs = keepLogs(workspace.root, root, queued.name);
  const failure: Failure = broken?.failure ?? { code: 'experiment-refused', problem: 'not all stages could be run' };
  return { kind: 'failed', failure, ...(broken && { stage: broken.stage }), ...(logs !== undefined && { logs }) };
}

/** Where its log will be when the work tree is gone. */
function withKeptLog(event: RunEvent, name: string): RunEvent {
  if (event.type !== 'stage-finished' || event.result.kind !== 'failed') return event;
  const { failure } = event.result;
  if (!('logFile' in failure)) return event;
  const logFile = failure.logFile.replace(/^\.pipe\/logs\//, `.pipe/exps/${name}/logs/`);
  return { ...event, result: { ...event.result, failure: { ...failure, logFile } } };
}

/** The work tree goes; why it failed has to stay readable. */
function keepLogs(root: string, from: string, name: string): string | undefined {
  const { logs } = layoutOf(from);
  if (!existsSync(logs)) return undefined;
  const to = join(experimentsFolder(root), name, 'logs');
  rmSync(to, { recursive: true, force: true });
  renameSync(logs, to);
  return relative(root, to);
}

async function record(
  workspace: Workspace,
  root: string,
  { queued, place }: PointOptions,
): Promise<Result<string, Failure>> {
  const { prefix } = place;
  const top = prefix === '' ? root : root.slice(0, -prefix.length);
  const tree = await writeWorkTree(
    top,
    linkedPaths(workspace, root).map((path) => `${prefix}${path}`),
  );
  if (!tree.ok) return tree;
  const message = renderMessage(queued.name, queued);
  const commit = await writeCommit(top, { tree: tree.value, parent: queued.start, message });
  if (!commit.ok) return commit;
  const written = await writeExperiment(top, queued.name, commit.value);
  return written.ok ? ok(commit.value) : written;
}
