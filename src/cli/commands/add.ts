/** `pipe add`: data that no stage makes, tracked by content. */
import { add as addSources } from '../../engine/add.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { createTeller } from '../tell.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
For data too large for git. Its bytes go into the cache, its digest into locks/sources/
(commit that), its path into pipeline.yaml under \`sources\` and into .gitignore. Again
after a change: \`pipe add\` with the same path takes the new content. Paths are
relative to the folder you are in.

Examples:
  pipe add data/raw
  pipe add images labels.csv
  git add pipeline.yaml locks .gitignore && git commit`;

export const add: CommandModule = {
  define: (command, context) => {
    command
      .argument('<paths...>', 'files and folders')
      .addHelpText('after', EXAMPLES)
      .action((paths: readonly string[]) => run(context, paths));
  },
};

async function run(context: CliContext, paths: readonly string[]): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const result = await addSources({ cwd, env, signal, paths, onEvent: createTeller(context) });
  if (!result.ok) return fail(context, result.error);
  if (globals.json) return context.print(toPrettyJson(result.value));
  if (globals.quiet) return;
  const theme = createTheme(globals.color);
  const { added, updated, unchanged } = result.value;
  for (const { path } of added) context.print(`${theme.good('added')} ${path}`);
  for (const { path } of updated) context.print(`${theme.good('updated')} ${path}`);
  for (const { path } of unchanged) context.print(theme.faint(`${path} is as it was`));
}
