/** `pipe logs`: what a stage printed, from the logs that are kept, and what it prints now. */
import { Option } from 'commander';
import { followStage, readLog, type StageLog } from '../../engine/logs.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toJsonText, toPrettyJson } from '../json.ts';
import { parseCount } from '../parse-count.ts';
import { renderHolder } from '../render-event.ts';
import { renderDuration } from '../render-time.ts';
import { createTheme } from '../theme.ts';
import { renderEnding } from './runs.ts';

const EXAMPLES = `
While the stage runs, in whichever terminal, its log so far is shown. With -f and
--json each line is {"line": …}, and the last value is the run.

Examples:
  pipe logs train            what train printed when it last ran, or prints now
  pipe logs train -f         go on with it until train ends
  pipe logs train --run 2    the run before the latest (\`pipe runs train\` lists them)
  pipe logs train -q | less  the log alone, without the line about the run`;

interface Options {
  readonly run?: number;
  readonly follow?: boolean;
}

export const logs: CommandModule = {
  define: (command, context) => {
    command
      .argument('<stage>', 'a stage, or the path of an out')
      .option(
        '--run <n>',
        'counted back from the latest that ended, which is 1',
        parseCount('It counts runs back from the latest'),
      )
      .addOption(new Option('-f, --follow', 'go on until the stage ends').conflicts('run'))
      .addHelpText('after', EXAMPLES)
      .action((stage: string, options: Options) => run(context, stage, options));
  },
};

async function run(context: CliContext, stage: string, options: Options): Promise<void> {
  const { cwd, globals } = context;
  if (options.follow === true) return follow(context, stage);
  const log = await readLog({ cwd, stage, ...(options.run !== undefined && { run: options.run }) });
  if (!log.ok) return fail(context, log.error);
  if (globals.json) return context.print(toPrettyJson(log.value));
  if (!globals.quiet) context.printError(renderRun(log.value, context));
  if (log.value.text !== '') context.print(log.value.text.replace(/\n$/, ''));
}

async function follow(context: CliContext, stage: string): Promise<void> {
  const { cwd, globals, signal } = context;
  const onLine = (line: string) => context.print(globals.json ? toJsonText({ line }) : line);
  const log = await followStage({ cwd, stage, signal, onLine });
  if (!log.ok) return fail(context, log.error);
  const { text: _, ...run } = log.value;
  if (globals.json) context.print(toJsonText(run));
  else if (!globals.quiet) context.printError(renderRun(log.value, context));
}

function renderRun(log: StageLog, { globals }: CliContext): string {
  const theme = createTheme(globals.color);
  if (log.state === 'running') return theme.faint(`running: ${renderHolder(log.holder)}: ${log.logFile}`);
  const { run } = log;
  const parts = [run.stage, run.started, renderDuration(run.ms), renderEnding(run)];
  return theme.faint(`${parts.join(', ')}: ${run.logFile}`);
}
