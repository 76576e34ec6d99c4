/** `pipe run`: one stage alone, as a debugger's entry. */
import { runOne } from '../../engine/run-one.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { createPlainReporter } from '../reporter-plain.ts';
import { createReporter } from '../reporter.ts';

const EXAMPLES = `
The stage runs whether it is fresh, stale or frozen; nothing else does. What it
writes is recorded, as by repro. With --tty its command has this terminal: it reads
the keyboard, Ctrl-C is its own affair, and its output is not kept as a log.

Examples:
  pipe run train          run train once more
  pipe run train --tty    with a breakpoint() or debugger in it

Exit code: 0, 1 the stage failed, 2 something in your files is wrong.`;

interface Options {
  readonly tty?: boolean;
}

export const run: CommandModule = {
  define: (command, context) => {
    command
      .argument('<stage>', 'a stage, or the path of an out')
      .option('--tty', 'give its command this terminal')
      .addHelpText('after', EXAMPLES)
      .action((stage: string, options: Options) => runStage(context, stage, options));
  },
};

async function runStage(context: CliContext, stage: string, { tty = false }: Options): Promise<void> {
  if (tty) context.leaveInterrupts();
  const { json, quiet } = context.globals;
  // Nothing may be drawn on a terminal that belongs to the command.
  const isPlain = tty && !json && !quiet;
  const reporter = isPlain
    ? createPlainReporter({ context, stream: false })
    : createReporter({ context, stream: !tty && !quiet });
  const { cwd, env, signal } = context;
  const result = await runOne({ cwd, env, signal, stage, tty, onEvent: reporter.onEvent }).finally(reporter.close);
  if (!result.ok) return fail(context, result.error);
  if (!result.value.ok) context.finish(1);
}
