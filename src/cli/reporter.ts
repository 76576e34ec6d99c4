/**
 * Who tells the person (or program) at the terminal what happens during a run: picks the right
 * reporter, and holds what all of them say in the same words.
 */
import type { RunEvent, WatchEvent } from '../core/event.ts';
import type { CliContext } from './command.ts';
import { createJsonReporter } from './reporter-json.ts';
import { LiveReporter } from './reporter-live.ts';
import { createPlainReporter } from './reporter-plain.ts';
import { createQuietReporter } from './reporter-quiet.ts';

export interface Reporter {
  readonly onEvent: (event: RunEvent | WatchEvent) => void;
  /** Leaves the terminal as it was; to be called however the run ends. */
  readonly close: () => void;
}

export interface ReporterOptions {
  readonly context: CliContext;
  /** Show all that stages print, with the stage's name before each line. */
  readonly stream: boolean;
  /** Say of fresh stages, too, what decided it. */
  readonly explain?: boolean;
}

export function createReporter(options: ReporterOptions): Reporter {
  const { globals, terminal } = options.context;
  if (globals.json) return createJsonReporter(options.context);
  if (globals.quiet) return createQuietReporter(options.context);
  return terminal.isTty ? new LiveReporter(options) : createPlainReporter(options);
}
