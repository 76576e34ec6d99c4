/** `pipe get`: one file from elsewhere, checked and resumed. */
import { relative } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { get as getFile } from '../../engine/get.ts';
import { type Digest, isDigest } from '../../lib/digest.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { renderSize } from '../render-size.ts';
import { createTheme } from '../theme.ts';
import { createTransferProgress } from '../transfer-progress.ts';

const EXAMPLES = `
From S3, a web server, another machine or a folder; no pipeline is needed. With --sha256
the file is believed only if it has that digest, and after a failure the same command goes
on where it was. \`pipe import-url\` also tracks the file.

Examples:
  pipe get https://example.org/data.csv
  pipe get s3://bucket/data.csv -o data/raw.csv
  pipe get https://example.org/large.bin --sha256 9f86d081884c7d65…

Exit code: 0; 2 when it is not there or something stands in its place; 3 when the
server cannot be reached, or sends something else.`;

interface Options {
  readonly output?: string;
  readonly sha256?: Digest;
  readonly force?: boolean;
}

export const get: CommandModule = {
  define: (command, context) => {
    addDigestOption(command.argument('<url>', 's3://bucket/key, https://…, ssh://host/path or a path'))
      .option('-o, --output <path>', 'where to; default: the last part of the URL')
      .option('-f, --force', 'over what stands there')
      .addHelpText('after', EXAMPLES)
      .action((url: string, options: Options) => run(context, url, options));
  },
};

export function addDigestOption(command: Command): Command {
  return command.option('--sha256 <digest>', 'what it has to be: 64 hex digits', parseDigest);
}

function parseDigest(text: string): Digest {
  const digest: unknown = text.toLowerCase();
  if (!isDigest(digest)) throw new InvalidArgumentError('expected 64 hex digits');
  return digest;
}

async function run(context: CliContext, url: string, { output, sha256, force = false }: Options): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const { onProgress, close } = createTransferProgress(context, 'getting');
  const asked = { cwd, env, signal, url, force, onProgress, ...(output && { to: output }), ...(sha256 && { sha256 }) };
  const got = await getFile(asked).finally(close);
  if (!got.ok) return fail(context, got.error);
  if (globals.json) return context.print(toPrettyJson(got.value));
  const { path, size, digest } = got.value;
  const theme = createTheme(globals.color);
  if (!globals.quiet)
    context.print(`${theme.good('got')} ${relative(cwd, path)} (${renderSize(size)}, SHA-256 ${digest})`);
}
