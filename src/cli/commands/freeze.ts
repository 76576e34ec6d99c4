/** `pipe freeze` and `pipe unfreeze`: a stage keeps what it has, or no longer. */
import { setFrozen } from '../../engine/freeze.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { createTheme } from '../theme.ts';

const FREEZE = `
A frozen stage keeps the outs it has, whatever its deps do, and nothing is run on its
account. Writes \`frozen: true\` into pipeline.yaml, and changes no other byte of it.

Examples:
  pipe freeze import          while the server it reads from is down
  pipe unfreeze import`;

const UNFREEZE = `
Takes \`frozen\` out of pipeline.yaml, and changes no other byte of it.

Examples:
  pipe unfreeze import && pipe status`;

export const freeze: CommandModule = verb(true, FREEZE);
export const unfreeze: CommandModule = verb(false, UNFREEZE);

function verb(frozen: boolean, examples: string): CommandModule {
  return {
    define: (command, context) => {
      command
        .argument('<targets...>', 'stages, groups, or paths of outs')
        .addHelpText('after', examples)
        .action((targets: readonly string[]) => run(context, targets, frozen));
    },
  };
}

async function run(context: CliContext, targets: readonly string[], frozen: boolean): Promise<void> {
  const { cwd, globals } = context;
  const result = await setFrozen({ cwd, targets, frozen });
  if (!result.ok) return fail(context, result.error);
  if (globals.json) return context.print(toPrettyJson(result.value));
  if (globals.quiet) return;
  const theme = createTheme(globals.color);
  const { changed, unchanged } = result.value;
  for (const stage of changed) context.print(`${theme.name(stage)} is ${frozen ? 'frozen' : 'no longer frozen'}`);
  for (const stage of unchanged) context.print(theme.faint(`${stage} was ${frozen ? 'frozen already' : 'not frozen'}`));
}
