/** NDJSON: one event a line, as it happens. The shapes are those of `core/event`. */
import type { CliContext } from './command.ts';
import { toJsonText } from './json.ts';
import type { Reporter } from './reporter.ts';

export function createJsonReporter({ print }: CliContext): Reporter {
  return { onEvent: (event) => print(toJsonText(event)), close: () => undefined };
}
