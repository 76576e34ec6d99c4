/**
 * The sentences of a run, the same in every reporter. Remembers what it needs to say them: which
 * stages there are, why one was decided so, and whether anything has run yet.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Decision } from '../core/decide.ts';
import type { Holder, RunEvent, StageResult } from '../core/event.ts';
import { assertNever } from '../lib/assert-never.ts';
import { plainLine } from '../lib/text-width.ts';
import type { CliContext } from './command.ts';
import { renderFailure } from './render-failure.ts';
import type { LineOf } from './render-problem.ts';
import { renderReason } from './render-reason.ts';
import { renderDuration } from './render-time.ts';
import { type Outlook, renderSummary } from './summary.ts';
import { createTheme, type Theme } from './theme.ts';

export interface Narrator {
  readonly theme: Theme;
  /** Lines to be shown for an event; stage-output is the reporter's own affair. */
  readonly tell: (event: RunEvent) => readonly string[];
  readonly failure: (stage: string, result: FailedResult) => string;
  /** The stage's name, padded to a column. */
  readonly label: (stage: string) => string;
}

type FailedResult = Extract<StageResult, { readonly kind: 'failed' }>;

/** More stages than this: those that are fresh are only counted. */
const MANY = 30;

export function createNarrator(context: CliContext): Narrator {
  const theme = createTheme(context.globals.color);
  const decisions = new Map<string, Decision>();
  /** Lines about fresh stages, held back: when everything is fresh the summary says it better. */
  let freshLines: string[] = [];
  let width = 0;
  let count = 0;
  const stopped = new Set<string>();
  let undecided = 0;
  let isDry = false;
  const label = (stage: string) => theme.name(stage.padEnd(Math.min(width, 32)));
  const failure = (stage: string, result: FailedResult) =>
    renderFailed({ stage, result, theme, lineOf: lineIn(context) });
  const withFresh = (lines: readonly string[]): readonly string[] => {
    const held = freshLines;
    freshLines = [];
    return [...held, ...lines];
  };
  const settled = (stage: string, result: StageResult): readonly string[] => {
    if (isStopped(result)) {
      stopped.add(stage);
      return withFresh([`${label(stage)}  ${theme.warn('stopped')}, its outs from before are back in place`]);
    }
    if (result.kind === 'failed') return withFresh([failure(stage, result)]);
    const line = `${label(stage)}  ${describeResult(result, decisions.get(stage), theme)}`;
    if (result.kind !== 'fresh' && result.kind !== 'frozen') return isDry ? [] : withFresh([line]);
    if (count <= MANY || context.globals.verbose) freshLines.push(line);
    return [];
  };
  const outlook = (): Outlook => {
    const actions = [...decisions.values()].map(({ action }) => action);
    const countOf = (action: Decision['action']) => actions.filter((other) => other === action).length;
    return { run: countOf('run'), restore: countOf('restore'), undecided };
  };
  const tell = (event: RunEvent): readonly string[] => {
    switch (event.type) {
      case 'run-started':
        isDry = event.dry;
        count = event.stages.length;
        width = Math.max(0, ...event.stages.map((stage) => stage.length));
        return [];
      case 'recovered':
        return [renderRecovered(event, label(event.stage), theme)];
      case 'stage-waiting':
        return withFresh([`${label(event.stage)}  ${theme.warn(`waits for ${renderHolder(event.holder)}`)}`]);
      case 'stage-decided':
        decisions.set(event.stage, event.decision);
        return isDry ? withFresh(renderDry(event.decision, label(event.stage), theme)) : [];
      case 'stage-undecided':
        undecided += 1;
        return withFresh([`${label(event.stage)}  ${theme.faint(`depends on ${event.upstream.join(', ')}`)}`]);
      case 'stage-started':
        return withFresh([
          `${label(event.stage)}  ${theme.strong('runs')}: ${firstLine(event.command)}`,
          ...event.reasons.map((reason) => `${theme.faint('  because')} ${renderReason(reason)}`),
        ]);
      case 'stage-output':
        return [];
      case 'stage-warning':
        return withFresh([`${label(event.stage)}  ${theme.warn(`warning: ${event.message}`)}`]);
      case 'stage-finished':
        return settled(event.stage, event.result);
      case 'run-finished':
        return [renderSummary(event.summary, { theme, stopped, outlook: isDry ? outlook() : undefined })];
      default:
        return assertNever(event);
    }
  };
  return { theme, tell, failure, label };
}

/** By us, because we were told to stop: nothing of the stage's own is wrong. */
export const isStopped = (result: StageResult): boolean =>
  result.kind === 'failed' && result.failure.code === 'stage-stopped';

function describeResult(result: StageResult, decision: Decision | undefined, theme: Theme): string {
  switch (result.kind) {
    case 'fresh':
      return theme.faint(result.repairs.length > 0 ? 'fresh, its record was repaired' : 'fresh');
    case 'frozen':
      return theme.faint('frozen');
    case 'restored':
      return `${theme.good('restored')} from ${SOURCES[result.from]}${savedBy(result.savedMs)}${because(decision, theme)}`;
    case 'ran':
      return `${theme.good('done')} in ${renderDuration(result.ms)}${result.changed.length === 0 ? theme.faint(', its outs came out the same') : ''}`;
    case 'failed':
      return theme.bad('failed');
    case 'blocked':
      return theme.warn(`not run: it needs ${result.by}`);
    case 'not-started':
      return theme.warn('not started');
    default:
      return assertNever(result);
  }
}

const SOURCES = { 'lock-entry': 'the cache', 'run-cache': 'an earlier run' } as const;

const savedBy = (savedMs: number | null): string => (savedMs === null ? '' : `, saving ${renderDuration(savedMs)}`);

function because(decision: Decision | undefined, theme: Theme): string {
  if (decision?.action !== 'restore') return '';
  return theme.faint(` (${decision.reasons.map(renderReason).join('; ')})`);
}

function renderDry(decision: Decision, label: string, theme: Theme): readonly string[] {
  if (decision.action === 'skip') return [`${label}  ${theme.faint('fresh')}`];
  const verb = decision.action === 'run' ? 'would run' : 'would be restored';
  return [
    `${label}  ${theme.strong(verb)}`,
    ...decision.reasons.map((reason) => `${theme.faint('  because')} ${renderReason(reason)}`),
  ];
}

function renderRecovered(event: Extract<RunEvent, { type: 'recovered' }>, label: string, theme: Theme): string {
  const did = [
    ...(event.stopped ? ['what still ran was stopped'] : []),
    ...(event.putBack.length > 0 ? [`put back ${event.putBack.join(', ')}`] : []),
  ];
  return `${label}  ${theme.warn('recovered')} from a run that was killed${did.length === 0 ? '' : `: ${did.join('; ')}`}`;
}

export function renderHolder({ stage, pid, host, since }: Holder): string {
  return `stage ${stage} of another pipe (pid ${pid} on ${host}, since ${since})`;
}

interface Failed {
  readonly stage: string;
  readonly result: FailedResult;
  readonly theme: Theme;
  readonly lineOf: LineOf;
}

function renderFailed({ stage, result, theme, lineOf }: Failed): string {
  const { failure, lastLines } = result;
  const shown = lastLines.map((line) => `${theme.faint('  |')} ${plainLine(line)}`);
  return [...shown, `${theme.bad(`${stage} failed:`)} ${renderFailure(failure, { theme, lineOf })}`].join('\n');
}

/** The line itself, read when a problem comes without it; places are relative to the root, at or above `cwd`. */
export function lineIn({ cwd }: CliContext): LineOf {
  return ({ file, line }) => {
    for (let folder = cwd; ; folder = join(folder, '..')) {
      const text = readIfThere(join(folder, file));
      if (text !== undefined) return text.split('\n', line)[line - 1];
      if (folder === join(folder, '..')) return undefined;
    }
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function firstLine(command: string): string {
  const [first = '', ...rest] = command.trim().split('\n');
  return rest.length === 0 ? first : `${first} …`;
}
