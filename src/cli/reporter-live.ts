/**
 * A terminal's view of a run: what is finished scrolls up, and below it stands one line for each
 * stage that runs, with its time and the last line it printed.
 *
 * Invariant: the live lines are the last thing on the screen, and each is narrower than the screen,
 * so that what was drawn can be taken away again, even after the window was made narrower.
 */
import type { RunEvent } from '../core/event.ts';
import { fitText, plainLine, textWidth } from '../lib/text-width.ts';
import { createNarrator } from './narrator.ts';
import { renderDuration } from './render-time.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

const REDRAW_MS = 100;
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

interface Running {
  readonly since: number;
  lastLine: string;
}

export function createLiveReporter({ context, stream }: ReporterOptions): Reporter {
  const { terminal } = context;
  const narrator = createNarrator(context);
  const { theme } = narrator;
  const running = new Map<string, Running>();
  let drawn: readonly number[] = [];
  let tick = 0;

  const liveLines = (): readonly string[] => {
    const spinner = SPINNER[tick % SPINNER.length] ?? '';
    return [...running].map(([stage, { since, lastLine }]) => {
      const elapsed = renderDuration(Math.floor((performance.now() - since) / 100) * 100);
      return fitText(`${spinner} ${stage}  ${elapsed}  ${lastLine}`, terminal.columns() - 1);
    });
  };
  const erase = () => {
    // Lines that were drawn on a wider screen now take several rows.
    const columns = Math.max(1, terminal.columns());
    const rows = drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    drawn = [];
    return rows === 0 ? '' : `\u001b[${rows}A\r\u001b[J`;
  };
  const draw = (above: readonly string[]) => {
    const gone = erase();
    const lines = liveLines();
    drawn = lines.map(textWidth);
    terminal.write(`${gone}${[...above, ...lines.map(theme.faint)].map((line) => `${line}\n`).join('')}`);
  };
  const timer = setInterval(() => {
    tick += 1;
    if (running.size > 0) draw([]);
  }, REDRAW_MS);
  timer.unref();

  const onOutput = ({ stage, line }: Extract<RunEvent, { type: 'stage-output' }>) => {
    const text = plainLine(line);
    const entry = running.get(stage);
    if (entry && text.trim() !== '') entry.lastLine = text.trim();
    if (stream) draw([`${narrator.label(stage)} ${theme.faint('|')} ${text}`]);
  };
  return {
    onEvent: (event) => {
      if (event.type === 'stage-output') return onOutput(event);
      if (event.type === 'stage-started') running.set(event.stage, { since: performance.now(), lastLine: '' });
      if (event.type === 'stage-finished') running.delete(event.stage);
      const lines = narrator.tell(event);
      if (event.type === 'stage-finished' && event.result.kind === 'failed') {
        terminal.write(erase());
        for (const line of lines) context.printError(line);
        draw([]);
      } else if (lines.length > 0 || drawn.length > 0) draw(lines);
    },
    close: () => {
      clearInterval(timer);
      running.clear();
      if (drawn.length > 0) draw([]);
    },
  };
}
