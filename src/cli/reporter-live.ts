/**
 * A terminal's view of a run: what is finished scrolls up, and below it stands one line for each
 * stage that runs, with its time and the last line it printed.
 */
import type { RunEvent, WatchEvent } from '../core/event.ts';
import { plainLine } from '../lib/text-width.ts';
import type { CliContext } from './command.ts';
import { LiveRegion } from './live-region.ts';
import { Narrator } from './narrator.ts';
import { isStopped } from './render-event.ts';
import { renderDuration } from './render-time.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

const REDRAW_MS = 100;
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

interface Running {
  readonly since: number;
  lastLine: string;
}

export class LiveReporter implements Reporter {
  readonly #context: CliContext;
  readonly #isStreaming: boolean;
  readonly #narrator: Narrator;
  readonly #region: LiveRegion;
  readonly #running = new Map<string, Running>();
  readonly #timer: NodeJS.Timeout;
  #tick = 0;

  constructor({ context, stream, explain }: ReporterOptions) {
    this.#context = context;
    this.#isStreaming = stream;
    this.#narrator = new Narrator(context, { explain });
    this.#region = new LiveRegion(context.terminal);
    this.#timer = setInterval(() => this.#animate(), REDRAW_MS);
    // A picture that moves is no reason to stay alive.
    this.#timer.unref();
  }

  readonly onEvent = (event: RunEvent | WatchEvent): void => {
    if (event.type === 'stage-output') return this.#showOutput(event.stage, plainLine(event.line));
    if (event.type === 'stage-started') this.#running.set(event.stage, { since: performance.now(), lastLine: '' });
    if (event.type === 'stage-finished') this.#running.delete(event.stage);
    const lines = this.#narrator.tell(event);
    const isError = event.type === 'stage-finished' && event.result.kind === 'failed' && !isStopped(event.result);
    if (!isError) return this.#draw(lines);
    // On standard error, which may be another place: so nothing live may stand where it begins.
    this.#region.erase();
    for (const line of lines) this.#context.printError(line);
    this.#draw([]);
  };

  readonly close = (): void => {
    clearInterval(this.#timer);
    this.#running.clear();
    this.#draw([]);
  };

  #showOutput(stage: string, text: string): void {
    const entry = this.#running.get(stage);
    if (entry && text.trim() !== '') entry.lastLine = text.trim();
    // Without --stream the next tick shows it: a chatty command must not make us draw all day.
    if (this.#isStreaming) this.#draw([`${this.#narrator.label(stage)} ${this.#narrator.theme.faint('|')} ${text}`]);
  }

  #animate(): void {
    this.#tick += 1;
    this.#draw([]);
  }

  #draw(above: readonly string[]): void {
    const spinner = SPINNER[this.#tick % SPINNER.length] ?? '';
    const live = [...this.#running].map(([stage, { since, lastLine }]) => {
      const elapsed = renderDuration(Math.floor((performance.now() - since) / REDRAW_MS) * REDRAW_MS);
      return `${spinner} ${stage}  ${elapsed}  ${lastLine}`;
    });
    if (above.length + live.length === 0 && this.#region.isEmpty) return;
    this.#region.redraw({ above, live, paint: this.#narrator.theme.faint });
  }
}
