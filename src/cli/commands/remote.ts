/** `pipe remote`: where objects and run records are kept beside this machine's cache. */
import type { Command } from 'commander';
import type { Failure } from '../../core/failure.ts';
import { addRemote, listRemotes, modifyRemote, removeRemote, setUsualRemote } from '../../engine/remote-config.ts';
import { err, type Result } from '../../lib/result.ts';
import { alignColumns } from '../columns.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
Remotes stand in .pipe/config.yaml, which is committed, or with --local in
.pipe/config.local.yaml, which git ignores; pipeline.yaml may name some too. Secrets go
into the second file whatever is asked for, or into the environment. The first remote
that is added is the usual one. docs/remotes.md has every key.

Examples:
  pipe remote add main s3://bucket/prefix
  pipe remote add lab /mnt/shared/pipe
  pipe remote add far ssh://user@host/srv/pipe
  pipe remote add public https://example.org/pipe
  pipe remote modify main endpoint http://127.0.0.1:9000
  pipe remote modify main secret_access_key -    reads it from standard input
  pipe remote modify lab read_only true
  pipe remote default lab
  pipe remote list`;

interface Where {
  readonly local?: boolean;
}

export const remote: CommandModule = {
  define: (command, context) => {
    command.usage('<subcommand>').addHelpText('after', EXAMPLES);
    defineAdd(command, context);
    command
      .command('list')
      .summary('what remotes there are')
      .description('Print every remote with its URL; * marks the usual one.')
      .action(() => list(context));
    defineModify(command, context);
    command
      .command('remove')
      .summary('forget a remote; what is in it stays')
      .description('Take a remote out of both config files. Nothing in it is removed.')
      .argument('<name>')
      .action(async (name: string) => tell(context, await removeRemote({ cwd: context.cwd, name })));
    command
      .command('default')
      .summary('say which remote is meant where none is named')
      .description('Say which remote is meant where none is named.')
      .argument('<name>')
      .option('--local', 'for this checkout alone')
      .action(async (name: string, { local = false }: Where) =>
        tell(context, await setUsualRemote({ cwd: context.cwd, name, local })),
      );
  },
};

function defineAdd(command: Command, context: CliContext): void {
  command
    .command('add')
    .summary('set up a remote')
    .description('Set up a remote. Nothing is asked of it yet: `pipe doctor --remote NAME` does.')
    .argument('<name>')
    .argument('<url>', 's3://bucket/prefix, ssh://user@host/path, https://…, file://… or a folder')
    .option('-d, --default', 'the one that is meant where none is named')
    .option('--local', 'for this checkout alone')
    .action(async (name: string, url: string, options: Where & { readonly default?: boolean }) =>
      tell(
        context,
        await addRemote({
          cwd: context.cwd,
          name,
          url,
          local: options.local ?? false,
          isUsual: options.default ?? false,
        }),
      ),
    );
}

function defineModify(command: Command, context: CliContext): void {
  command
    .command('modify')
    .summary('set or unset one key of a remote')
    .description('Set one key of a remote; with - as its value it is read from standard input.')
    .argument('<name>')
    .argument('<key>')
    .argument('[value]')
    .option('--local', 'for this checkout alone')
    .option('--unset', 'take the key away')
    .action(
      async (name: string, key: string, value: string | undefined, options: Where & { readonly unset?: boolean }) => {
        const { cwd } = context;
        const isUnset = options.unset ?? false;
        const given = value === '-' ? await readInput() : value;
        if (isUnset === (given !== undefined)) return tell(context, err(noValue(key)));
        tell(context, await modifyRemote({ cwd, name, key, value: given, local: options.local ?? false }));
      },
    );
}

const noValue = (key: string): Failure => ({
  code: 'edit-refused',
  file: '.pipe/config.yaml',
  problem: `no value was given for ${key}, or one too many`,
  hint: 'a value, - to read it from standard input, or --unset',
});

async function readInput(): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

function tell(context: CliContext, changed: Result<readonly string[], Failure>): void {
  if (!changed.ok) return fail(context, changed.error);
  if (context.globals.json) return context.print(toPrettyJson({ changed: changed.value }));
  if (!context.globals.quiet) for (const file of changed.value) context.print(`changed ${file}`);
}

async function list(context: CliContext): Promise<void> {
  const rows = await listRemotes(context.cwd);
  if (!rows.ok) return fail(context, rows.error);
  if (context.globals.json) return context.print(toPrettyJson({ remotes: rows.value }));
  const theme = createTheme(context.globals.color);
  const cells = rows.value.map(({ name, url, isUsual, isReadOnly }) => [
    isUsual ? '*' : ' ',
    name,
    url,
    isReadOnly ? 'read only' : '',
  ]);
  for (const line of alignColumns(cells)) context.print(line);
  if (rows.value.length === 0) context.print(theme.faint('no remotes: `pipe remote add NAME URL`'));
}
