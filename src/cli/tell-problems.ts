/** What of a revision could not be shown, on standard error; the rest is shown all the same, and the exit code is 1. */
import type { FileProblem } from '../engine/revision-read.ts';
import type { CliContext } from './command.ts';
import { createTheme } from './theme.ts';

export function tellProblems(context: CliContext, problems: readonly FileProblem[]): void {
  if (problems.length === 0) return;
  const theme = createTheme(context.globals.color);
  for (const { revision, path, problem } of problems)
    context.printError(`${theme.warn('warning:')} ${path} of ${revision} ${problem}`);
  context.finish(1);
}
