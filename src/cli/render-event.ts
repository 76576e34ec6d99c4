/** The words for what happens during a run. Pure: whether and where they are shown is the reporter's affair. */
import type { Decision } from '../core/decide.ts';
import type { Holder, RunEvent, StageResult } from '../core/event.ts';
import type { Reason } from '../core/reason.ts';
import { assertNever } from '../lib/assert-never.ts';
import { plainLine } from '../lib/text-width.ts';
import { type FailureStyle, renderFailure } from './render-failure.ts';
import { renderReason } from './render-reason.ts';
import { renderDuration } from './render-time.ts';
import type { Theme } from './theme.ts';

export type FailedResult = Extract<StageResult, { readonly kind: 'failed' }>;

/** By us, because we were told to: nothing is wrong with the stage. */
export const isStopped = ({ failure }: FailedResult): boolean => failure.code === 'stage-stopped';

export function renderResult(result: StageResult, decision: Decision | undefined, theme: Theme): string {
  switch (result.kind) {
    case 'fresh':
      return theme.faint(result.repairs.length > 0 ? 'fresh, its record was repaired' : 'fresh');
    case 'frozen':
      return theme.faint('frozen');
    case 'restored': {
      const saved = result.savedMs === null ? '' : `, saving ${renderDuration(result.savedMs)}`;
      return `${theme.good('restored')} from ${SOURCES[result.from]}${saved}${renderCause(decision, theme)}`;
    }
    case 'ran': {
      const cutoff = result.changed.length === 0 ? theme.faint(', its outs came out the same') : '';
      const words = result.lastLine === null ? '' : theme.faint(` · ${result.lastLine}`);
      return `${theme.good('done')} in ${renderDuration(result.ms)}${cutoff}${words}`;
    }
    case 'failed':
      return isStopped(result)
        ? `${theme.warn('stopped')}, its outs from before are back in place`
        : theme.bad('failed');
    case 'blocked':
      return theme.warn(`not run: it needs ${result.by}`);
    case 'held-back':
      return theme.warn('failed with these inputs; it waits for them to change');
    case 'not-started':
      return theme.warn('not started');
    default:
      return assertNever(result);
  }
}

const SOURCES = { 'lock-entry': 'the cache', 'run-cache': 'an earlier run' } as const;

function renderCause(decision: Decision | undefined, theme: Theme): string {
  if (decision?.action !== 'restore') return '';
  return theme.faint(` (${decision.reasons.map(renderReason).join('; ')})`);
}

/** What a dry run found: the line about the stage, and its reasons below. */
export function renderDecision(decision: Decision, theme: Theme): readonly string[] {
  if (decision.action === 'skip') return [theme.faint('fresh')];
  const verb = decision.action === 'run' ? 'would run' : 'would be restored';
  return [theme.strong(verb), ...renderReasons(decision.reasons, theme)];
}

export function renderStart(event: Extract<RunEvent, { type: 'stage-started' }>, theme: Theme): readonly string[] {
  const [first = '', ...rest] = event.command.trim().split('\n');
  return [`${theme.strong('runs')}: ${first}${rest.length === 0 ? '' : ' …'}`, ...renderReasons(event.reasons, theme)];
}

export function renderReasons(reasons: readonly Reason[], theme: Theme): readonly string[] {
  return reasons.map((reason) => `${theme.faint('  because')} ${renderReason(reason)}`);
}

export function renderRecovered(event: Extract<RunEvent, { type: 'recovered' }>, theme: Theme): string {
  const did = [
    ...(event.stopped ? ['what still ran was stopped'] : []),
    ...(event.putBack.length > 0 ? [`put back ${event.putBack.join(', ')}`] : []),
  ];
  return `${theme.warn('recovered')} from a run that was killed${did.length === 0 ? '' : `: ${did.join('; ')}`}`;
}

export function renderHolder({ stage, pid, host, since }: Holder): string {
  return `stage ${stage} of another pipe (pid ${pid} on ${host}, since ${since})`;
}

/** The last lines the command printed, then what is wrong. */
export function renderFailedStage(stage: string, { failure, lastLines }: FailedResult, style: FailureStyle): string {
  const { theme } = style;
  const shown = lastLines.map((line) => `${theme.faint('  |')} ${plainLine(line)}`);
  return [...shown, `${theme.bad(`${stage} failed:`)} ${renderFailure(failure, style)}`].join('\n');
}
