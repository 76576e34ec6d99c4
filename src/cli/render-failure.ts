/**
 * The words for every failure: what, where, what to do. The only place that has them.
 *
 * Returns text without a line end. What a command printed is shown by the reporter, not here.
 */
import { renderDepName } from '../core/dep-name.ts';
import type { Failure, Problem } from '../core/failure.ts';
import type { Place } from '../core/pipeline.ts';
import { assertNever } from '../lib/assert-never.ts';
import { describeMissingDep, describeMissingParam } from './render-missing.ts';
import { type LineOf, renderMark, renderPlace, renderProblem } from './render-problem.ts';
import { describeRevision } from './render-revision-failure.ts';
import { renderReason } from './render-reason.ts';
import { renderDuration } from './render-time.ts';
import type { Theme } from './theme.ts';

export interface FailureStyle {
  readonly theme: Theme;
  readonly lineOf: LineOf;
}

export function renderFailure(failure: Failure, style: FailureStyle): string {
  const { what, where, hint } = describe(failure, style);
  return [
    what,
    ...(where === undefined ? [] : [`  ${where}`]),
    ...(hint === undefined ? [] : [`  hint: ${hint}`]),
  ].join('\n');
}

interface Words {
  readonly what: string;
  readonly where?: string | undefined;
  readonly hint?: string | undefined;
}

function describe(failure: Failure, style: FailureStyle): Words {
  switch (failure.code) {
    case 'no-pipeline':
      return {
        what: `there is no pipeline.yaml in ${failure.from} or any folder above it`,
        hint: '`pipe init` writes a working example here; -C DIR works on another folder',
      };
    case 'pipeline-invalid':
    case 'params-invalid':
    case 'config-invalid':
      return { what: renderProblems(failure.problems, style) };
    case 'unknown-target':
      return describeTarget(failure);
    case 'ambiguous-target':
      return { what: `\`${failure.target}\` means ${failure.stages.join(', ')}`, hint: 'name one of them' };
    case 'lock-conflict':
      return {
        what: `${failure.file} cannot be read: ${failure.problem}`,
        hint: `take either side of the merge, or delete ${failure.file}, and run \`pipe repro\``,
      };
    case 'path-refused':
    case 'source-refused':
      return { what: `${failure.path} ${failure.problem}`, hint: failure.hint };
    case 'system':
      return { what: `cannot ${failure.operation} ${failure.path}: ${failure.problem}`, hint: failure.hint };
    case 'would-overwrite':
      return {
        what: `already here: ${failure.paths.join(', ')}`,
        hint: 'nothing was written; `pipe init` wants a folder without these files',
      };
    case 'no-dvc-repo':
      return {
        what: `there is no DVC repository in ${failure.from}: no .dvc folder here or above, and no dvc.yaml`,
        hint: '-C DIR works on another folder',
      };
    case 'migrate-refused':
      return {
        what: [
          `nothing was written: ${failure.problem}`,
          ...(failure.problems.length === 0 ? [] : [renderProblems(failure.problems, style)]),
        ].join('\n\n'),
        hint: failure.hint,
      };
    case 'not-traceable':
      return {
        what: `${failure.target} ${failure.problem}`,
        hint: 'a path of an out, or the first 8 digits of a digest, leads to the lock entry that names it',
      };
    case 'source-outdated':
      return describeSource(failure);
    case 'checkout-unreachable':
      return {
        what: `nothing was removed: what the checkout in ${failure.root} needs cannot be known`,
        hint: `mend its pipeline.yaml, mount its disk, or, if it is gone for good, delete its entry in ${failure.cacheDir}/checkouts`,
      };
    case 'no-git':
    case 'unknown-revision':
    case 'git-failed':
    case 'experiment-refused':
    case 'not-in-revision':
      return describeRevision(failure);
    case 'no-log':
      return describeLog(failure);
    case 'nothing-to-accept':
      return {
        what: `out ${failure.path} of ${failure.stage} is not there: nothing to accept`,
        hint: `\`pipe repro ${failure.stage}\` makes it; \`pipe checkout ${failure.stage}\` brings it from the cache`,
      };
    case 'edit-refused':
      return { what: `${failure.file} was not changed: ${failure.problem}`, hint: failure.hint };
    case 'serve-refused':
    case 'predict-refused':
      return { what: failure.problem, hint: failure.hint };
    case 'remote-unknown':
    case 'remote-read-only':
    case 'remote-unreachable':
    case 'remote-refused':
      return describeRemote(failure);
    case 'interrupted':
      return { what: `stopped by ${failure.signal}; nothing is left half done, and what was finished stays` };
    case 'registry':
      return {
        what: failure.model === '' ? failure.problem : `model ${failure.model}: ${failure.problem}`,
        hint: failure.hint,
      };
    case 'lock-outdated':
    case 'stage-failed':
    case 'stage-killed':
    case 'stage-timeout':
    case 'stage-not-started':
    case 'stage-stopped':
    case 'dep-changed-during-run':
    case 'out-missing':
      return describeStage(failure);
    case 'dep-missing':
    case 'glob-empty':
    case 'param-missing':
    case 'dep-command-failed':
    case 'url-unreachable':
    case 'url-unusable':
    case 'out-unsafe':
    case 'frozen-without-lock':
      return describeDeclaration(failure, style);
    default:
      return assertNever(failure);
  }
}

type RemoteFailure = Extract<Failure, { readonly code: `remote-${string}` }>;

function describeRemote(failure: RemoteFailure): Words {
  switch (failure.code) {
    case 'remote-unknown': {
      const known = failure.known.length === 0 ? undefined : `there are ${failure.known.join(', ')}`;
      if (failure.remote === undefined)
        return { what: 'no remote is meant', hint: known ? `${known}: \`pipe remote default NAME\`` : ADD_REMOTE };
      return { what: `there is no remote \`${failure.remote}\``, hint: known ?? ADD_REMOTE };
    }
    case 'remote-read-only':
      return { what: `the remote ${failure.remote} is only read`, hint: 'push to another one: `pipe push -r NAME`' };
    case 'remote-unreachable':
    case 'remote-refused':
      return { what: `remote ${failure.remote} (${failure.url}): ${failure.problem}`, hint: failure.hint };
    default:
      return assertNever(failure);
  }
}

const ADD_REMOTE = '`pipe remote add default s3://bucket/prefix` sets one up; a folder will do as well';

/** What was declared does not fit what is there: each has its place in pipeline.yaml. */
type DeclarationFailure = Extract<Failure, { readonly place: Place }>;
type StageFailure = Exclude<
  Extract<Failure, { readonly stage: string }>,
  DeclarationFailure | { code: 'no-log' | 'nothing-to-accept' }
>;

/** Failures of one stage; its name is said by whoever shows them. */
function describeStage(failure: StageFailure): Words {
  switch (failure.code) {
    case 'stage-failed':
      return {
        what: `the command exited with ${failure.exitCode}${meaningOf(failure.exitCode)}`,
        where: logOf(failure),
      };
    case 'stage-killed':
      return {
        what: `the command was killed by ${failure.signal}`,
        where: logOf(failure),
        hint: failure.signal === 'SIGKILL' ? 'the system may have run out of memory' : undefined,
      };
    case 'lock-outdated':
      return {
        what: `its lock entry is not up to date: ${failure.reasons.map(renderReason).join('; ')}`,
        hint: 'run `pipe repro` without --locked, and commit locks/',
      };
    case 'stage-timeout':
      return {
        what: `the command took longer than its timeout of ${renderDuration(failure.timeoutMs)} and was stopped`,
        where: logOf(failure),
      };
    case 'stage-not-started':
      return { what: `the command could not be started: ${failure.problem}` };
    case 'stage-stopped':
      return { what: 'was stopped; its outs from before are back in place' };
    case 'dep-changed-during-run':
      return describeChangedDep(failure);
    case 'out-missing':
      return {
        what: `the command succeeded but did not write ${failure.path}`,
        where: logOf(failure),
        hint: `make the command write it, or take ${failure.path} out of the stage's outs`,
      };
    default:
      return assertNever(failure);
  }
}

function describeDeclaration(failure: DeclarationFailure, { theme, lineOf }: FailureStyle): Words {
  const { place } = failure;
  const where = [renderPlace(place), ...renderMark(lineOf(place), place, theme)].join('\n');
  switch (failure.code) {
    case 'dep-missing':
      return { ...describeMissingDep(failure), where };
    case 'glob-empty':
      return { what: `dep ${failure.pattern} matches no file`, where };
    case 'param-missing':
      return { ...describeMissingParam(failure), where };
    case 'dep-command-failed':
      return { what: [`\`${failure.script}\` ${failure.problem}`, ...failure.lastLines].join('\n  '), where };
    case 'url-unreachable':
      return { what: `${failure.url}: ${failure.problem}`, where };
    case 'url-unusable':
      return { what: `${failure.url}: ${failure.problem}`, where, hint: failure.hint };
    case 'out-unsafe':
      return { what: `out ${failure.path} would be overwritten: ${failure.problem}`, where };
    case 'frozen-without-lock':
      return { what: 'is frozen, but has never run: there is nothing to keep', where, hint: 'run it once unfrozen' };
    default:
      return assertNever(failure);
  }
}

function renderProblems(problems: readonly Problem[], style: FailureStyle): string {
  const files = [...new Set(problems.map(({ place }) => place.file))].join(', ');
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return [`${count} in ${files}`, ...problems.map((problem) => renderProblem(problem, style))].join('\n\n');
}

function describeTarget({ target, suggestion, stages }: Extract<Failure, { code: 'unknown-target' }>): Words {
  const listed = stages.slice(0, 20).join(', ');
  const rest = stages.length > 20 ? ` and ${stages.length - 20} more` : '';
  return {
    what: `\`${target}\` is neither a stage nor the path of an out`,
    where: stages.length === 0 ? 'the pipeline has no stages' : `stages: ${listed}${rest}`,
    hint: suggestion === undefined ? undefined : `did you mean \`${suggestion}\`?`,
  };
}

function describeSource({ path, state }: Extract<Failure, { code: 'source-outdated' }>): Words {
  const problem = { changed: 'is not as it was added', missing: 'is missing', 'not-added': 'was never added' }[state];
  const verb = state === 'missing' ? 'checkout' : 'add';
  return { what: `source ${path} ${problem}`, hint: `\`pipe ${verb} ${path}\` changes that` };
}

function describeLog({ stage, run }: Extract<Failure, { code: 'no-log' }>): Words {
  const what = run === 1 ? `${stage} has no log: it never ran here` : `${stage} has no log of ${run} runs ago`;
  return { what, hint: 'outs that were restored come without a log' };
}

function describeChangedDep(failure: Extract<Failure, { code: 'dep-changed-during-run' }>): Words {
  return {
    what: `${failure.paths.map(renderDepName).join(', ')} changed while the command ran: nobody knows which version it read, so nothing was recorded`,
    where: logOf(failure),
    hint: 'if the command itself changed it: a stage must not write what it reads. Else run `pipe repro` again',
  };
}

const logOf = ({ logFile }: { readonly logFile: string }): string => `log: ${logFile}`;

/** What shells mean by these. */
function meaningOf(exitCode: number): string {
  if (exitCode === 126) return ' (the program is not executable)';
  if (exitCode === 127) return ' (command not found)';
  return '';
}
