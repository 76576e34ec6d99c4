/** `pipe unprotect`: links into the cache become files that can be edited. */
import { unprotect as unprotectPaths } from '../../engine/unprotect.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
Where \`cache.link\` in .pipe/config.yaml asks for hard or symbolic links, outs are
read-only: writing through one would damage the cache. This copies them, so that they
can be edited; \`pipe commit\` or \`pipe add\` then takes what you made of them.

Examples:
  pipe unprotect data/labels.csv
  pipe unprotect                    everything`;

export const unprotect: CommandModule = {
  define: (command, context) => {
    command
      .argument('[targets...]', 'stages, paths of outs or sources, or globs of stage names')
      .addHelpText('after', EXAMPLES)
      .action((targets: readonly string[]) => run(context, targets));
  },
};

async function run(context: CliContext, targets: readonly string[]): Promise<void> {
  const { cwd, globals } = context;
  const result = await unprotectPaths({ cwd, targets });
  if (!result.ok) return fail(context, result.error);
  if (globals.json) return context.print(toPrettyJson(result.value));
  if (globals.quiet) return;
  const theme = createTheme(globals.color);
  const entries = Object.entries(result.value.unprotected);
  for (const [path, count] of entries)
    context.print(`${theme.good('unprotected')} ${path}${count === 1 ? '' : ` (${count} files)`}`);
  if (entries.length === 0) context.print('no links into the cache there');
}
