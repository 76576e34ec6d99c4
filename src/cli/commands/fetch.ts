/** `pipe fetch`: what the lock entries name, from a remote into the cache. */
import { fetch as fetchAll, type FetchReport } from '../../engine/fetch.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { renderSize } from '../render-size.ts';
import { createTheme } from '../theme.ts';
import { addTransferOptions, toTransferOptions, type TransferChoices } from '../transfer-options.ts';
import { createTransferProgress } from '../transfer-progress.ts';

const EXAMPLES = `
The workspace is left alone: \`pipe checkout\` puts files in place, \`pipe pull\` does both.
Every object is believed only when its bytes have the digest it is named by.

Examples:
  pipe fetch
  pipe fetch train -r backup
  pipe fetch --all-commits       to check out any commit later, without the remote

Exit code: 0; 1 when something is not in the remote; 3 when it cannot be reached.`;

export const fetch: CommandModule = {
  define: (command, context) => {
    addTransferOptions(command)
      .addHelpText('after', EXAMPLES)
      .action((targets: readonly string[], options: TransferChoices) => run(context, targets, options));
  },
};

async function run(context: CliContext, targets: readonly string[], options: TransferChoices): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const { onProgress, close } = createTransferProgress(context, 'fetching');
  const result = await fetchAll({ ...toTransferOptions(options), cwd, env, signal, targets, onProgress }).finally(
    close,
  );
  if (!result.ok) return fail(context, result.error);
  if (globals.json) context.print(toPrettyJson(result.value));
  else reportFetched(context, result.value);
  if (result.value.missing.length > 0) context.finish(1);
}

export function reportFetched({ globals, print, printError }: CliContext, fetched: FetchReport): void {
  const theme = createTheme(globals.color);
  const { objects, bytes, records, remote, missing } = fetched;
  for (const path of missing)
    printError(
      `${theme.bad('missing')} ${path}: not in ${remote}; \`pipe push\` from a checkout that has it, or \`pipe repro\` makes it`,
    );
  if (globals.quiet || (objects + records === 0 && missing.length > 0)) return;
  print(
    objects + records === 0
      ? theme.good('the cache has everything')
      : `${theme.good('fetched')} ${objects} objects (${renderSize(bytes)}) and ${records} run records from ${remote}`,
  );
}
