/** Starts a stage's command with its environment, and passes on what it prints while somebody listens. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Stage } from '../core/pipeline.ts';
import type { Outcome } from '../executors/executor.ts';
import { followLog } from './log-tail.ts';
import type { Performance } from './performance.ts';
import { runWithRetries, type Trying } from './retries.ts';
import { stageEnvironment } from './stage-environment.ts';
import type { Environment } from './workspace.ts';

const GRACE_MS = 5_000;

export const commandText = ({ cmd }: Stage): string => (typeof cmd === 'string' ? cmd : cmd.join('\n'));

export async function execute(
  performance: Performance,
  { cookie, logFile }: { readonly cookie: string; readonly logFile: string },
): Promise<Outcome> {
  const { workspace, stage, claim } = performance;
  const cwd = join(workspace.root, stage.wdir);
  if (!isFolder(cwd)) return { kind: 'not-started', problem: `its wdir ${stage.wdir} is not a folder` };
  // Nobody should have to write `mkdir -p` into every command; git would not keep an empty folder anyway.
  for (const { path } of stage.outs) makeFolder(dirname(join(workspace.root, path)));
  return await runCommand(performance, {
    cookie,
    log: join(workspace.root, logFile),
    root: workspace.root,
    env: { ...stageEnvironment(workspace, stage), PIPE_RUN: claim.run },
  });
}

export interface CommandPlace {
  readonly cookie: string;
  /** Absolute, as is `root`. */
  readonly log: string;
  /** Where the stage's paths start. */
  readonly root: string;
  readonly env: Environment;
}

/** Wherever it runs: its lines are told while somebody listens. */
export async function runCommand(
  { workspace, stage, executor, signal, onEvent }: Trying & Pick<Performance, 'signal'>,
  { cookie, log, root, env }: CommandPlace,
): Promise<Outcome> {
  const stopFollowing = followLog(log, (line) => onEvent({ type: 'stage-output', stage: stage.name, line }));
  try {
    const command = {
      scripts: typeof stage.cmd === 'string' ? [stage.cmd] : stage.cmd,
      shell: stage.shell,
      cwd: join(root, stage.wdir),
      env,
      cookie,
      logFile: log,
      timeoutMs: stage.timeoutMs,
      graceMs: GRACE_MS,
      signal,
    };
    return await runWithRetries({ workspace, stage, executor, onEvent }, { command, root });
  } finally {
    stopFollowing();
  }
}

function makeFolder(path: string): void {
  if (!existsSync(path)) mkdirSync(path, { recursive: true });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
