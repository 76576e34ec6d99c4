/** The end of every verb that could not do its work: words on stderr, JSON on stdout if asked, an exit code. */
import { exitCodeFor, type Failure } from '../core/failure.ts';
import type { CliContext } from './command.ts';
import { toJsonText } from './json.ts';
import { renderFailure } from './render-failure.ts';
import { lineIn } from './source-line.ts';
import { createTheme } from './theme.ts';

export function fail(context: CliContext, failure: Failure): void {
  if (context.globals.json) context.print(toJsonText({ type: 'failure', failure }));
  const theme = createTheme(context.globals.color);
  const text = renderFailure(failure, { theme, lineOf: lineIn(context) });
  context.printError(`${theme.bad('error:')} ${text}`);
  context.finish(exitCodeFor(failure));
}
