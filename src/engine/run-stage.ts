/**
 * Runs a stage whose claim is held, and commits what it made.
 *
 * Inputs are digested before the command (the decision did) and again after it: a result is never
 * bound to inputs that were not there the whole time. When it does not end well the journal stays open,
 * and whoever gives the claim back puts the old outs back (`engine/abandon`).
 */
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Decision } from '../core/decide.ts';
import type { StageResult } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import { diffInputs } from '../core/fingerprint.ts';
import { encodeReason } from '../core/reason.ts';
import type { Outcome } from '../executors/executor.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { Journal } from '../store/journal.ts';
import { isDiskFull } from '../store/disk-space.ts';
import { logPath, addStageRun } from '../store/run-history.ts';
import { clearAside, moveAside } from './aside.ts';
import { commitRun, persistBefore } from './commit.ts';
import { gatherInputs } from './inputs.ts';
import { keepUncommitted } from './keep-deps.ts';
import { lastLinesOf } from './log-tail.ts';
import { failed, type Performance } from './performance.ts';
import { commandText, execute } from './run-command.ts';
import type { IsolatedEnd } from './run-isolated.ts';

type RunDecision = Extract<Decision, { readonly action: 'run' }>;

export async function runStage(performance: Performance, decision: RunDecision): Promise<StageResult> {
  const { workspace, stage, claim, locked } = performance;
  const paths = stage.outs.filter(({ persist }) => !persist).map(({ path }) => path);
  const journal = await moveAside(workspace, { claim, paths, locked });
  if (!journal.ok) return failed(journal.error);
  performance.onBegun(journal.value);

  const started = workspace.now();
  const logFile = logPath(stage.name, claim.run);
  const end = await runAndCommit(performance, { decision, journal: journal.value, logFile });
  const ms = workspace.now().getTime() - started.getTime();
  record(performance, { decision, logFile, end, started, ms });
  if (!end.committed.ok) {
    return failed(end.committed.error, { ms, lastLines: lastLinesOf(join(workspace.root, logFile)) });
  }
  finish(performance, journal.value);
  const [lastLine = null] = lastLinesOf(join(workspace.root, logFile), 1);
  return { kind: 'ran', ms, changed: end.committed.value, lastLine };
}

interface Attempt {
  readonly decision: RunDecision;
  readonly journal: Journal;
  readonly logFile: string;
}

interface End {
  readonly outcome: Outcome;
  /** The outs that came out different from before. */
  readonly committed: Result<readonly string[], Failure>;
}

async function runAndCommit(performance: Performance, { decision, journal, logFile }: Attempt): Promise<End> {
  const { workspace, stage, onEvent } = performance;
  const before = await persistBefore(performance);
  if (!before.ok) return { outcome: { kind: 'stopped' }, committed: before };
  onEvent({
    type: 'stage-started',
    stage: stage.name,
    command: commandText(stage),
    reasons: decision.reasons,
    logFile,
  });
  const ended = await executeStage(performance, { cookie: journal.cookie, logFile });
  if (!ended.ok) return { outcome: { kind: 'stopped' }, committed: ended };
  const { outcome, undeclared } = ended.value;
  workspace.atStep('ended', stage.name);
  if (outcome.kind === 'exited' && outcome.leftovers) {
    onEvent({
      type: 'stage-warning',
      stage: stage.name,
      message: 'it left processes running in the background; they were stopped',
    });
  }
  if (undeclared.length > 0) {
    const message = `it may have missed ${undeclared.join(', ')}: not declared, so not in its private folder`;
    onEvent({ type: 'stage-warning', stage: stage.name, message });
  }
  const failure = failureOf(performance, outcome, logFile) ?? (await changedInputs(performance, logFile));
  if (failure !== undefined) {
    if (isDiskFull(workspace.root)) onEvent({ type: 'stage-warning', stage: stage.name, message: DISK_FULL });
    return { outcome, committed: err(failure) };
  }
  const kept = await keepUncommitted(performance);
  if (!kept.ok) return { outcome, committed: kept };
  const forced = decision.reasons.some(({ kind }) => kind === 'forced');
  return {
    outcome,
    committed: await commitRun(performance, { key: decision.key, forced, before: before.value, logFile, journal }),
  };
}

const DISK_FULL = 'no space left on the disk: what the command had to say may be lost as well';

async function executeStage(
  performance: Performance,
  options: { readonly cookie: string; readonly logFile: string },
): Promise<Result<IsolatedEnd, Failure>> {
  const { workspace, stage } = performance;
  if (!stage.isolated && !workspace.terms.isolated)
    return ok({ outcome: await execute(performance, options), undeclared: [] });
  const { executeIsolated } = await import('./run-isolated.ts'); // not loaded where everything is in its place
  return await executeIsolated(performance, options);
}

function failureOf(
  { stage: { name: stage, timeoutMs }, ...rest }: Performance,
  outcome: Outcome,
  logFile: string,
): Failure | undefined {
  const command = commandText(rest.workspace.stage(stage));
  switch (outcome.kind) {
    case 'exited':
      return outcome.code === 0 ? undefined : { code: 'stage-failed', stage, command, exitCode: outcome.code, logFile };
    case 'killed':
      return { code: 'stage-killed', stage, command, signal: outcome.signal, logFile };
    case 'timed-out':
      return { code: 'stage-timeout', stage, command, timeoutMs: timeoutMs ?? 0, logFile };
    case 'stopped':
      return { code: 'stage-stopped', stage };
    case 'not-started':
      return { code: 'stage-not-started', stage, command, problem: outcome.problem };
  }
}

async function changedInputs(
  { workspace, stage, inputs, onEvent }: Performance,
  logFile: string,
): Promise<Failure | undefined> {
  if (stage.frozen) return undefined;
  const rewritten: string[] = [];
  const now = await gatherInputs(workspace, stage, { anew: true, onRewritten: (path) => rewritten.push(path) });
  if (!now.ok) return now.error;
  if (rewritten.length > 0) {
    const message = `${listed(rewritten)} was written while it ran, and holds the same as before: a stage must not write what it reads`;
    onEvent({ type: 'stage-warning', stage: stage.name, message });
  }
  const paths = diffInputs(inputs, now.value).flatMap((reason) => ('name' in reason ? [reason.name] : []));
  return paths.length === 0 ? undefined : { code: 'dep-changed-during-run', stage: stage.name, paths, logFile };
}

const listed = (paths: readonly string[]): string =>
  paths.length > 5 ? `${paths.slice(0, 5).join(', ')} and ${paths.length - 5} more` : paths.join(', ');

/** History is written before the outs go back or the journal is closed: a crash then leaves one line too many, not too few. */
function record(
  { workspace, stage, claim }: Performance,
  {
    decision,
    logFile,
    end,
    started,
    ms,
  }: Omit<Attempt, 'journal'> & { readonly end: End; readonly started: Date; readonly ms: number },
): void {
  const { outcome, committed } = end;
  addStageRun(workspace.layout, {
    stage: stage.name,
    run: claim.run,
    fingerprint: decision.key,
    outcome: committed.ok ? 'ran' : outcome.kind === 'stopped' ? 'stopped' : 'failed',
    reasons: decision.reasons.map(encodeReason),
    started: started.toISOString(),
    ms,
    exitCode: outcome.kind === 'exited' ? outcome.code : null,
    signal: outcome.kind === 'killed' ? outcome.signal : null,
    host: hostname(),
    logFile,
  });
}

export function finish(
  { workspace, stage, onEvent }: Pick<Performance, 'workspace' | 'stage' | 'onEvent'>,
  journal: Journal,
): void {
  for (const saved of clearAside(workspace, journal)) {
    onEvent({
      type: 'stage-warning',
      stage: stage.name,
      message: `what stood in the way was not made by pipe; it is kept as ${saved}`,
    });
  }
  workspace.atStep('cleared', stage.name);
}
