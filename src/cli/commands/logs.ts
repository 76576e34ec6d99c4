/** `pipe logs`: what a stage printed, from the logs that are kept. */
import { InvalidArgumentError } from 'commander';
import { readLog } from '../../engine/logs.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { renderDuration } from '../render-time.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
Examples:
  pipe logs train            what train printed when it last ran
  pipe logs train --run 2    the run before that
  pipe logs train -q | less  the log alone, without the line about the run`;

export const logs: CommandModule = {
  define: (command, context) => {
    command
      .argument('<stage>', 'a stage, or the path of an out')
      .option('--run <n>', 'counted back from the latest, which is 1', parseRun, 1)
      .addHelpText('after', EXAMPLES)
      .action((stage: string, options: { readonly run: number }) => run(context, stage, options.run));
  },
};

async function run(context: CliContext, stage: string, nth: number): Promise<void> {
  const log = await readLog({ cwd: context.cwd, stage, run: nth });
  if (!log.ok) return fail(context, log.error);
  const { run, text } = log.value;
  if (context.globals.json) return context.print(toPrettyJson(log.value));
  const theme = createTheme(context.globals.color);
  const ending = run.signal ?? (run.exitCode === null ? run.outcome : `exit code ${run.exitCode}`);
  if (!context.globals.quiet)
    context.printError(
      theme.faint(`${run.stage}, ${run.started}, ${renderDuration(run.ms)}, ${ending}: ${run.logFile}`),
    );
  if (text !== '') context.print(text.replace(/\n$/, ''));
}

function parseRun(text: string): number {
  const run = Number(text);
  if (Number.isInteger(run) && run >= 1) return run;
  throw new InvalidArgumentError('It counts runs back from the latest: 1 or more.');
}
