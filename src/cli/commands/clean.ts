/** `pipe clean`: takes outs out of the workspace; the cache keeps them. */
import { clean as cleanOuts } from '../../engine/clean.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { createTeller } from '../tell.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
Only outs that the cache keeps are taken away; \`pipe checkout\` brings them back
without running. What the cache does not have is moved to .pipe/saved/, never lost.
Sources, committed metrics, models' registries and persist outs stay.

Examples:
  pipe clean                 the outs of all stages
  pipe clean preprocess      those of preprocess
  pipe clean --persist       what stages keep between runs, too`;

interface Options {
  readonly persist?: boolean;
}

export const clean: CommandModule = {
  define: (command, context) => {
    command
      .argument('[targets...]', 'stages, paths of outs, or globs of stage names')
      .option('--persist', 'persist outs too')
      .addHelpText('after', EXAMPLES)
      .action((targets: readonly string[], options: Options) => run(context, targets, options));
  },
};

async function run(context: CliContext, targets: readonly string[], { persist = false }: Options): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const result = await cleanOuts({ cwd, env, signal, targets, persist, onEvent: createTeller(context) });
  if (!result.ok) return fail(context, result.error);
  if (globals.json) return context.print(toPrettyJson(result.value));
  if (globals.quiet) return;
  const theme = createTheme(globals.color);
  const { removed, saved } = result.value;
  for (const path of removed) context.print(`${theme.good('removed')} ${path}`);
  for (const path of saved) context.print(`${theme.warn('kept')} what the cache did not have as ${path}`);
  if (removed.length === 0) context.print('there was nothing to take away');
}
