/** `pipe pull`: `fetch`, and then `checkout`. */
import { pull as pullAll } from '../../engine/pull.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { createTeller } from '../tell.ts';
import { createTheme } from '../theme.ts';
import { addTransferOptions, toTransferOptions, type TransferChoices } from '../transfer-options.ts';
import { createTransferProgress } from '../transfer-progress.ts';
import { reportFetched } from './fetch.ts';

const EXAMPLES = `
Fetches what the lock entries name and puts it in place; files that differ and are in no
cache go to .pipe/saved/. After a \`git clone\` or \`git pull\`: \`pipe pull\`, and
\`pipe repro\` has nothing to run.

Examples:
  pipe pull
  pipe pull artifacts/model.json     one out
  pipe pull train -r backup          outs of one stage, from another remote
  pipe pull --all-commits            and into the cache what any commit names

Exit code: 0; 1 when something is not in the remote; 3 when it cannot be reached.`;

export const pull: CommandModule = {
  define: (command, context) => {
    addTransferOptions(command)
      .addHelpText('after', EXAMPLES)
      .action((targets: readonly string[], options: TransferChoices) => run(context, targets, options));
  },
};

async function run(context: CliContext, targets: readonly string[], options: TransferChoices): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const { onProgress, close } = createTransferProgress(context, 'pulling');
  const onEvent = createTeller(context);
  const asked = { ...toTransferOptions(options), cwd, env, signal, targets, onProgress, onEvent };
  const pulled = await pullAll(asked).finally(close);
  if (!pulled.ok) return fail(context, pulled.error);
  const { restored, saved, missing } = pulled.value;
  if (globals.json) context.print(toPrettyJson(pulled.value));
  else {
    reportFetched(context, pulled.value);
    const theme = createTheme(globals.color);
    if (!globals.quiet) for (const path of restored) context.print(`${theme.good('restored')} ${path}`);
    for (const path of saved) context.printError(`${theme.warn('saved')} what stood at its place: ${path}`);
  }
  if (missing.length > 0) context.finish(1);
}
