/** For cron: silent while all goes well, complete about what does not. */
import type { CliContext } from './command.ts';
import { Narrator } from './narrator.ts';
import { isStopped } from './render-event.ts';
import type { Reporter } from './reporter.ts';

export function createQuietReporter(context: CliContext): Reporter {
  const narrator = new Narrator(context);
  return {
    onEvent: (event) => {
      if (event.type === 'stage-finished' && event.result.kind === 'failed' && !isStopped(event.result))
        context.printError(narrator.failure(event.stage, event.result));
      if (event.type === 'watch-failure') for (const line of narrator.tell(event)) context.printError(line);
    },
    close: () => undefined,
  };
}
