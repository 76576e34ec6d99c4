/** `pipe checkout`: outs and sources as the lock entries say, from the cache. */
import { checkout as checkOut, type CheckoutReport } from '../../engine/checkout.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { createTeller } from '../tell.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
For after \`git checkout\` or \`git pull\`: git has brought other lock entries, this
brings the files that belong to them. Nothing runs. What stands in the way and is in
no cache is moved to .pipe/saved/, never lost. Persist outs are put back when they are
gone; one that differs goes on living, unless -f is given.

Examples:
  pipe checkout                     everything
  pipe checkout train               the outs of train
  pipe checkout artifacts/model.json
  pipe checkout data/raw            the sources below this folder

Exit code: 0; 1 when something is not in the cache; 2 something in your files is wrong.`;

interface Options {
  readonly force?: boolean;
}

export const checkout: CommandModule = {
  define: (command, context) => {
    command
      .argument('[targets...]', 'stages, paths of outs or sources, or globs of stage names')
      .option('-f, --force', 'persist outs that differ as well')
      .addHelpText('after', EXAMPLES)
      .action((targets: readonly string[], options: Options) => run(context, targets, options));
  },
};

async function run(context: CliContext, targets: readonly string[], { force = false }: Options): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const result = await checkOut({ cwd, env, signal, targets, force, onEvent: createTeller(context) });
  if (!result.ok) return fail(context, result.error);
  if (globals.json) context.print(toPrettyJson(result.value));
  else tell(result.value, context);
  if (result.value.missing.length > 0) context.finish(1);
}

function tell({ restored, missing, saved, kept, unlocked }: CheckoutReport, context: CliContext): void {
  const theme = createTheme(context.globals.color);
  if (!context.globals.quiet) {
    for (const path of restored) context.print(`${theme.good('restored')} ${path}`);
    for (const path of saved) context.print(`${theme.warn('kept')} what stood in the way as ${path}`);
    for (const path of kept)
      context.print(`${theme.warn('left')} ${path}: a persist out that went on (-f puts it back)`);
    for (const stage of unlocked)
      context.print(theme.faint(`${stage} has no lock entry: it never ran, as far as this commit knows`));
    const nothing = restored.length + missing.length + kept.length + unlocked.length === 0;
    if (nothing) context.print('everything stands as the lock entries say');
  }
  if (missing.length === 0) return;
  const paths = missing.map((path) => `  ${path}`).join('\n');
  context.printError(
    `${theme.bad('error:')} not in the cache, and left as it was:\n${paths}\n  hint: \`pipe pull\` brings what a remote has, and \`pipe repro\` makes outs again`,
  );
}
