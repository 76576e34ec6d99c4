/** What verbs other than `repro` tell while they work: what was recovered, whom they wait for, warnings. On standard error. */
import type { RunEvent } from '../core/event.ts';
import type { CliContext } from './command.ts';
import { Narrator } from './narrator.ts';

export function createTeller(context: CliContext): (event: RunEvent) => void {
  const narrator = new Narrator(context);
  if (context.globals.json || context.globals.quiet) return () => undefined;
  return (event) => {
    for (const line of narrator.tell(event)) context.printError(line);
  };
}
