/** `pipe import-url`: a file from elsewhere becomes a source. */
import { importUrl as importFile } from '../../engine/import-url.ts';
import type { Digest } from '../../lib/digest.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { createTeller } from '../tell.ts';
import { createTheme } from '../theme.ts';
import { createTransferProgress } from '../transfer-progress.ts';
import { addDigestOption } from './get.ts';

const EXAMPLES = `
Downloads a file and tracks it as \`pipe add\` does; its lock remembers the URL. Typed again,
it takes what is there now. Whoever pulls gets the bytes from the remote, and does not
depend on the URL any more.

Examples:
  pipe import-url https://example.org/data.csv data/raw.csv
  pipe import-url s3://bucket/data.csv data/raw.csv --sha256 9f86d081884c7d65…`;

export const importUrl: CommandModule = {
  define: (command, context) => {
    addDigestOption(command.argument('<url>', 's3://bucket/key, https://…, ssh://host/path or a path'))
      .argument('[path]', 'where to; default: the last part of the URL')
      .addHelpText('after', EXAMPLES)
      .action((url: string, path: string | undefined, { sha256 }: { readonly sha256?: Digest }) =>
        run(context, { url, ...(path !== undefined && { to: path }), ...(sha256 && { sha256 }) }),
      );
  },
};

async function run(
  context: CliContext,
  wanted: { readonly url: string; readonly to?: string; readonly sha256?: Digest },
): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const { onProgress, close } = createTransferProgress(context, 'importing');
  const done = await importFile({ ...wanted, cwd, env, signal, onEvent: createTeller(context), onProgress }).finally(
    close,
  );
  if (!done.ok) return fail(context, done.error);
  if (globals.json) return context.print(toPrettyJson(done.value));
  if (globals.quiet) return;
  const theme = createTheme(globals.color);
  for (const [word, locks] of [
    ['added', done.value.added],
    ['updated', done.value.updated],
  ] as const)
    for (const { path } of locks) context.print(`${theme.good(word)} ${path}`);
  for (const { path } of done.value.unchanged) context.print(theme.faint(`${path} is as it was`));
}
