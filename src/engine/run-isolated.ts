/**
 * Runs a stage's command in a private folder and brings its outs into the workspace. To the engine it is
 * one more way to execute a command: the journal is open, and whatever goes wrong is put back by it.
 */
import { constants, cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import type { Stage } from '../core/pipeline.ts';
import type { Outcome } from '../executors/executor.ts';
import { ok, type Result } from '../lib/result.ts';
import { copyTree } from '../store/copy-tree.ts';
import { errorCode } from '../store/read-if-there.ts';
import { fillPrivateFolder, isolatedEnvironment, makeStageFolder } from './isolate.ts';
import { lastLinesOf } from './log-tail.ts';
import type { Performance } from './performance.ts';
import { runCommand } from './run-command.ts';
import { undeclaredPaths } from './undeclared.ts';

export interface IsolatedEnd {
  readonly outcome: Outcome;
  /** What the command seems to have missed. */
  readonly undeclared: readonly string[];
}

export async function executeIsolated(
  performance: Performance,
  { cookie, logFile }: { readonly cookie: string; readonly logFile: string },
): Promise<Result<IsolatedEnd, Failure>> {
  const { workspace, stage, inputs, claim } = performance;
  const folder = makeStageFolder(stage);
  try {
    const filled = await fillPrivateFolder(workspace, folder, { stage, inputs });
    if (!filled.ok) return filled;
    await takeStateAlong(performance, folder.work);
    const log = join(workspace.root, logFile);
    const env = { ...isolatedEnvironment(workspace, folder, stage), PIPE_RUN: claim.run };
    const outcome = await runCommand(performance, { cookie, log, root: folder.work, env });
    const isDone = outcome.kind === 'exited' && outcome.code === 0;
    if (isDone) bringOuts(folder.work, workspace.root, stage);
    const missed = { root: workspace.root, work: folder.work, stage, lines: lastLinesOf(log) };
    return ok({ outcome, undeclared: isDone ? [] : undeclaredPaths(missed) });
  } finally {
    folder.remove();
  }
}

/** What a stage goes on writing in is a copy there, so that the original stands until the command has succeeded. */
async function takeStateAlong({ workspace, stage }: Performance, work: string): Promise<void> {
  const { root, ignore } = workspace;
  for (const { path, persist } of stage.outs) {
    if (persist && existsSync(join(root, path))) await copyTree({ root, ignore, path, to: join(work, path) });
  }
}

function bringOuts(work: string, root: string, { outs }: Stage): void {
  for (const { path, persist } of outs) {
    const from = join(work, path);
    const to = join(root, path);
    if (!existsSync(from)) continue; // the commit says that it is missing
    mkdirSync(dirname(to), { recursive: true });
    if (persist) rmSync(to, { recursive: true, force: true });
    bring(from, to);
  }
}

function bring(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (errorCode(error) !== 'EXDEV') throw error;
    cpSync(from, to, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
  }
}
