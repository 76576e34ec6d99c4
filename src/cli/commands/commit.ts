/** `pipe commit`: outs as they stand are accepted, without running anything. */
import { acceptOuts } from '../../engine/accept.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { createTeller } from '../tell.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
For a change of inputs that is known not to matter (a comment in the code), or outs
that were made elsewhere or mended by hand: the stage is fresh afterwards. You vouch
for them: the run cache is not told, so nobody else is given these outs for these inputs.

Examples:
  pipe status            what is stale, and why
  pipe commit train      accept the outs of train as they stand
  pipe commit            of all stages`;

export const commit: CommandModule = {
  define: (command, context) => {
    command
      .argument('[targets...]', 'stages, paths of outs, or globs of stage names')
      .addHelpText('after', EXAMPLES)
      .action((targets: readonly string[]) => run(context, targets));
  },
};

async function run(context: CliContext, targets: readonly string[]): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const result = await acceptOuts({ cwd, env, signal, targets, onEvent: createTeller(context) });
  if (!result.ok) return fail(context, result.error);
  if (globals.json) return context.print(toPrettyJson(result.value));
  if (globals.quiet) return;
  const theme = createTheme(globals.color);
  for (const stage of result.value.accepted)
    context.print(`${theme.good('accepted')} the outs of ${theme.name(stage)}`);
  if (result.value.accepted.length === 0) context.print('the lock entries say all that already');
}
