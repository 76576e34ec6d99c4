/** `pipe move`: a source under another name. */
import { move as moveSource } from '../../engine/move.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { createTeller } from '../tell.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
Moves the file or folder, and its entry in pipeline.yaml, locks/sources/ and .gitignore.
Deps and commands that name the old path are told, and left to you.

Examples:
  pipe move data/raw.csv data/raw-2024.csv
  pipe move raw.csv data        into the folder data, if there is one`;

export const move: CommandModule = {
  define: (command, context) => {
    command
      .argument('<from>', 'the path of a source')
      .argument('<to>', 'its new path, or a folder')
      .addHelpText('after', EXAMPLES)
      .action((from: string, to: string) => run(context, from, to));
  },
};

async function run(context: CliContext, from: string, to: string): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const result = await moveSource({ cwd, env, signal, from, to, onEvent: createTeller(context) });
  if (!result.ok) return fail(context, result.error);
  if (globals.json) return context.print(toPrettyJson(result.value));
  const theme = createTheme(globals.color);
  const { readers, ...moved } = result.value;
  if (!globals.quiet) context.print(`${theme.good('moved')} ${moved.from} to ${moved.to}`);
  if (readers.length > 0)
    context.printError(`${theme.warn('warning:')} ${readers.join(', ')} still read ${moved.from}: change deps and cmd`);
}
