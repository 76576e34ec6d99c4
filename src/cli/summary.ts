/** The last line of a run: what was done, what it took, what it saved. */
import type { RunSummary } from '../core/event.ts';
import { renderDuration } from './render-time.ts';
import type { Theme } from './theme.ts';

export function renderSummary(
  summary: RunSummary,
  { theme, isDry }: { readonly theme: Theme; readonly isDry: boolean },
): string {
  const { ran, restored, fresh, failed, notStarted, ms, savedMs } = summary;
  const total = ran.length + restored.length + fresh.length + failed.length + notStarted.length;
  const saved = savedMs >= 1000 ? theme.faint(`, saved ${renderDuration(savedMs)}`) : '';
  const time = `${renderDuration(ms)}${saved}`;
  if (total === 0) return `${theme.warn('·')} nothing to do: the pipeline has no stages`;
  if (isDry) return renderDry(summary, theme);
  if (fresh.length === total) {
    const what = total === 1 ? 'the stage is fresh' : `all ${total} stages are fresh`;
    return `${theme.good('✓')} nothing to do: ${what} · ${time}`;
  }
  const parts = [
    count(ran, 'ran', theme.strong),
    count(restored, 'restored', theme.strong),
    count(fresh, 'fresh', theme.faint),
    failed.length === 0 ? '' : theme.bad(`${failed.length} failed (${failed.join(', ')})`),
    count(notStarted, 'not run', theme.warn),
  ].filter((part) => part !== '');
  return `${summary.ok ? theme.good('✓') : theme.bad('✗')} ${parts.join(', ')} · ${time}`;
}

function renderDry({ fresh, failed, notStarted }: RunSummary, theme: Theme): string {
  const parts = [
    notStarted.length === 0 ? 'nothing would run' : `${notStarted.length} would run, be restored or depend on it`,
    count(fresh, 'fresh', theme.faint),
    failed.length === 0 ? '' : theme.bad(`${failed.length} would fail (${failed.join(', ')})`),
  ].filter((part) => part !== '');
  return `${theme.faint('dry run:')} ${parts.join(', ')}`;
}

function count(stages: readonly string[], word: string, paint: (text: string) => string): string {
  return stages.length === 0 ? '' : paint(`${stages.length} ${word}`);
}
