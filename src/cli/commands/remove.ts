/** `pipe remove`: a stage or a source out of the pipeline. */
import { remove as removeTarget } from '../../engine/remove.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { createTeller } from '../tell.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
Takes the definition out of pipeline.yaml (with the comment right above it; all else
stays as it is written), the lock entry, and the line in .gitignore. Files stay where
they are. The cache keeps its objects until \`pipe gc\`.

Examples:
  pipe remove report           the stage; what it wrote stays
  pipe remove report --outs    what it wrote goes, as with \`pipe clean\`
  pipe remove data/raw         a source is not tracked any more; its files stay`;

interface Options {
  readonly outs?: boolean;
}

export const remove: CommandModule = {
  define: (command, context) => {
    command
      .argument('<target>', 'a stage, a group of stages, or the path of a source')
      .option('--outs', 'take its outs out of the workspace too')
      .addHelpText('after', EXAMPLES)
      .action((target: string, options: Options) => run(context, target, options));
  },
};

async function run(context: CliContext, target: string, { outs = false }: Options): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const result = await removeTarget({ cwd, env, signal, target, outs, onEvent: createTeller(context) });
  if (!result.ok) return fail(context, result.error);
  if (globals.json) return context.print(toPrettyJson(result.value));
  const theme = createTheme(globals.color);
  const { removed, readers, saved } = result.value;
  if (!globals.quiet) context.print(`${theme.good('removed')} ${removed.join(', ')}`);
  if (!globals.quiet)
    for (const path of saved) context.print(`${theme.warn('kept')} what the cache did not have as ${path}`);
  if (readers.length > 0)
    context.printError(`${theme.warn('warning:')} ${readers.join(', ')} read it: nobody makes it from now on`);
}
