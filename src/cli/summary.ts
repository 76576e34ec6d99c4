/** The last line of a run: what was done, what it took, what it saved. */
import type { RunSummary } from '../core/event.ts';
import { renderDuration } from './render-time.ts';
import type { Theme } from './theme.ts';

/** What a dry run found, counted. */
export interface Outlook {
  readonly run: number;
  readonly restore: number;
  readonly undecided: number;
}

export interface SummaryStyle {
  readonly theme: Theme;
  /** Set for a dry run. */
  readonly outlook: Outlook | undefined;
  /** Those of the failed stages that only were stopped. */
  readonly stopped?: ReadonlySet<string>;
}

export function renderSummary(summary: RunSummary, { theme, outlook, stopped = new Set() }: SummaryStyle): string {
  const { ran, restored, fresh, notStarted, ms, savedMs } = summary;
  const failed = summary.failed.filter((stage) => !stopped.has(stage));
  const interrupted = summary.failed.filter((stage) => stopped.has(stage));
  const total = ran.length + restored.length + fresh.length + summary.failed.length + notStarted.length;
  const saved = savedMs >= 1000 ? theme.faint(`, saved ${renderDuration(savedMs)}`) : '';
  const time = `${renderDuration(ms)}${saved}`;
  if (total === 0) return `${theme.warn('·')} nothing to do: the pipeline has no stages`;
  if (outlook !== undefined) return renderDry(summary, { theme, outlook });
  if (fresh.length === total) {
    return `${theme.good('✓')} nothing to do: ${allOf(total)} fresh · ${time}`;
  }
  const parts = [
    count(ran, 'ran', theme.strong),
    count(restored, 'restored', theme.strong),
    count(fresh, 'fresh', theme.faint),
    failed.length === 0 ? '' : theme.bad(`${failed.length} failed (${failed.join(', ')})`),
    count(interrupted, 'stopped', theme.warn),
    count(notStarted, 'not run', theme.warn),
  ].filter((part) => part !== '');
  return `${summary.ok ? theme.good('✓') : theme.bad('✗')} ${parts.join(', ')} · ${time}`;
}

function renderDry(
  { fresh, failed }: RunSummary,
  { theme, outlook }: { readonly theme: Theme; readonly outlook: Outlook },
): string {
  const { run, restore, undecided } = outlook;
  const parts = [
    run === 0 ? '' : theme.strong(`${run} would run`),
    restore === 0 ? '' : theme.strong(`${restore} would be restored`),
    undecided === 0 ? '' : `${undecided} ${undecided === 1 ? 'depends' : 'depend'} on what those write`,
    failed.length === 0 ? '' : theme.bad(`${failed.length} would fail (${failed.join(', ')})`),
    count(fresh, 'fresh', theme.faint),
  ].filter((part) => part !== '');
  return `${theme.faint('dry run:')} ${parts.join(', ')}`;
}

function count(stages: readonly string[], word: string, paint: (text: string) => string): string {
  return stages.length === 0 ? '' : paint(`${stages.length} ${word}`);
}

/** The beginning of a sentence about every stage. */
export function allOf(total: number): string {
  if (total === 1) return 'the stage is';
  return total === 2 ? 'both stages are' : `all ${total} stages are`;
}
