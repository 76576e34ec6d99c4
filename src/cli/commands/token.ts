/** `pipe token`: the keys that the server signs its tokens with. */
import type { Command } from 'commander';
import { findDataDir } from '../../serve/data-dir.ts';
import { rotateKeys } from '../../serve/key-admin.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';

interface Options {
  readonly dataDir?: string;
  readonly revoke?: boolean;
}

const EXAMPLES = `
A running server signs with the new key within a second. Tokens of the keys before
it are good until they expire; with --revoke they are refused at once, and their
users go on with their refresh tokens. Not for a server whose key is SECRET_KEY:
give it another one and start it again.

Examples:
  pipe token rotate-keys             now and then
  pipe token rotate-keys --revoke    a key may have been seen by others`;

export const token: CommandModule = {
  define: (command: Command, context: CliContext) => {
    command.addHelpText('after', EXAMPLES);
    command
      .command('rotate-keys')
      .description('sign with a new key from now on')
      .option('--revoke', 'refuse the tokens of all keys before it at once')
      .option('--data-dir <dir>', 'where the server keeps its data')
      .action((options: Options) => rotate(context, options));
  },
};

async function rotate(context: CliContext, { dataDir: flag, revoke = false }: Options): Promise<void> {
  const { cwd, env, globals } = context;
  const dataDir = findDataDir({ cwd, env, flag });
  if (!dataDir.ok) return fail(context, dataDir.error);
  const rotated = await rotateKeys({ dataDir: dataDir.value }, { revoke });
  if (!rotated.ok) return fail(context, rotated.error);
  const { kid, older } = rotated.value;
  if (globals.json) return context.print(toPrettyJson({ kid, older }));
  if (!globals.quiet) context.print(`key ${kid} signs from now on; ${describeOlder(older)}`);
}

function describeOlder(older: number): string {
  if (older === 0) return 'tokens of others are refused';
  return `${older === 1 ? '1 key' : `${older} keys`} before it, whose tokens are good until they expire`;
}
