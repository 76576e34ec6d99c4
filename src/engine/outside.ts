/**
 * The state of deps that are no files of the workspace: what a command prints, what a server holds.
 *
 * A command is run once an invocation, however many stages name it. A server is asked once too, and once
 * more after a stage has run, as files are looked at once more.
 */
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import type { DepState } from '../core/fingerprint.ts';
import type { Dep, Stage } from '../core/pipeline.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { stageEnvironment } from './stage-environment.ts';
import type { Workspace } from './workspace.ts';

export type CommandDep = Extract<Dep, { readonly kind: 'command' }>;
export type UrlDep = Extract<Dep, { readonly kind: 'url' }>;

export interface Outside {
  /** Failures: dep-command-failed, interrupted. */
  readonly command: (stage: Stage, dep: CommandDep) => Promise<Result<DepState, Failure>>;
  /** Failures: url-unreachable, url-unusable. `anew`: not as it was asked before. */
  readonly url: (stage: Stage, dep: UrlDep, options: { readonly anew: boolean }) => Promise<Result<DepState, Failure>>;
}

type OutsideWorkspace = Pick<Workspace, 'root' | 'layout' | 'env' | 'commandPath'> & {
  readonly signal: AbortSignal | undefined;
};

export function createOutside(workspace: OutsideWorkspace): Outside {
  const commands = new Map<string, ReturnType<typeof askCommand>>();
  const urls = new Map<string, ReturnType<typeof askUrl>>();
  return {
    command: async (stage, dep) => {
      // The shell, the folder and the variables are part of the question.
      const question = JSON.stringify([dep.script, stage.shell, stage.wdir, stage.env]);
      const answer = commands.get(question) ?? askCommand(workspace, stage, dep);
      commands.set(question, answer);
      return withStage(await answer, stage, dep);
    },
    url: async (stage, dep, { anew }) => {
      const question = JSON.stringify([dep.url, dep.sha256]);
      const answer = (anew ? undefined : urls.get(question)) ?? askUrl(workspace, dep);
      urls.set(question, answer);
      return withStage(await answer, stage, dep);
    },
  };
}

/** What went wrong, before it is known of which stage it is the failure. */
type Answer = Result<DepState, (stage: Stage, dep: Dep) => Failure>;

function withStage(answer: Answer, stage: Stage, dep: Dep): Result<DepState, Failure> {
  return answer.ok ? answer : err(answer.error(stage, dep));
}

const COMMAND_MS = 60_000;

async function askCommand(workspace: OutsideWorkspace, stage: Stage, { script }: CommandDep): Promise<Answer> {
  const { readScriptOutput } = await import('../executors/command-output.ts');
  const output = await readScriptOutput({
    script,
    shell: stage.shell,
    cwd: join(workspace.root, stage.wdir),
    env: stageEnvironment(workspace, stage),
    timeoutMs: COMMAND_MS,
    signal: workspace.signal,
  });
  if (output.kind === 'stopped') return err(({ name }) => ({ code: 'stage-stopped', stage: name }));
  if (output.kind === 'printed')
    return ok({ type: 'command', digest: output.digest, shown: summary(output.beginning) });
  const { problem, lastLines } = output;
  return err(({ name }, { place }) => ({ code: 'dep-command-failed', stage: name, script, problem, lastLines, place }));
}

const SHOWN = 60;

function summary(beginning: string): string {
  const line = beginning.trim().replaceAll(/\s+/g, ' ');
  return line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}…` : line;
}

async function askUrl(workspace: OutsideWorkspace, dep: UrlDep): Promise<Answer> {
  const { readWebState } = await import('./outside-url.ts');
  const state = await readWebState(workspace, dep);
  if (state.ok) return state;
  const { isUnreachable, problem, hint } = state.error;
  return err(({ name }, { place }) => {
    const failure = { stage: name, url: dep.url, problem, place };
    if (isUnreachable) return { code: 'url-unreachable', ...failure };
    return { code: 'url-unusable', ...failure, ...(hint !== undefined && { hint }) };
  });
}
