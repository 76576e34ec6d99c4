/** `pipe pull`: `fetch`, and then `checkout`. */
import { checkout } from '../../engine/checkout.ts';
import { fetch } from '../../engine/fetch.ts';
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
  const fetched = await fetch({ ...toTransferOptions(options), cwd, env, signal, targets, onProgress }).finally(close);
  if (!fetched.ok) return fail(context, fetched.error);
  const placed = await checkout({ cwd, env, signal, targets, onEvent: createTeller(context) });
  if (!placed.ok) return fail(context, placed.error);
  const { restored, saved } = placed.value;
  const { missing } = fetched.value;
  if (globals.json) context.print(toPrettyJson({ ...fetched.value, restored, saved }));
  else {
    reportFetched(context, fetched.value);
    const theme = createTheme(globals.color);
    if (!globals.quiet) for (const path of restored) context.print(`${theme.good('restored')} ${path}`);
    for (const path of saved) context.printError(`${theme.warn('saved')} what stood at its place: ${path}`);
  }
  if (missing.length > 0) context.finish(1);
}
