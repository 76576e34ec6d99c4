/** Lines in the order of events, for pipes, logs and CI. */
import type { RunEvent, WatchEvent } from '../core/event.ts';
import { plainLine } from '../lib/text-width.ts';
import { Narrator } from './narrator.ts';
import { isStopped } from './render-event.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

export function createPlainReporter({ context, stream, explain }: ReporterOptions): Reporter {
  const narrator = new Narrator(context, { explain });
  return {
    onEvent: (event) => {
      if (event.type === 'stage-output') {
        if (stream)
          context.print(`${narrator.label(event.stage)} ${narrator.theme.faint('|')} ${plainLine(event.line)}`);
        return;
      }
      const say = isFailed(event) ? context.printError : context.print;
      for (const line of narrator.tell(event)) say(line);
    },
    close: () => undefined,
  };
}

const isFailed = (event: RunEvent | WatchEvent): boolean =>
  event.type === 'watch-failure' ||
  (event.type === 'stage-finished' && event.result.kind === 'failed' && !isStopped(event.result));
