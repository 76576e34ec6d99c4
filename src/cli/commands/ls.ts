/** `pipe ls`: what a revision holds, kept by git or by the cache. */
import { type ListedEntry, listTree } from '../../engine/list-tree.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { renderSize } from '../render-size.ts';
import { renderTable } from '../table.ts';

const EXAMPLES = `
Nothing is checked out: files come from git's trees, outs and sources from the lock
entries of the revision. One word alone is a path where the workspace has it, and a
revision otherwise.

Examples:
  pipe ls                    the workspace
  pipe ls data/raw
  pipe ls v1.0               as it was
  pipe ls v1.0 data/raw -R   with all that is below`;

interface Options {
  readonly recursive?: boolean;
}

export const ls: CommandModule = {
  define: (command, context) => {
    command
      .argument('[revision]', 'a revision (default: workspace)')
      .argument('[path]', 'a file or folder (default: the folder you are in)')
      .option('-R, --recursive', 'with all that is below')
      .addHelpText('after', EXAMPLES)
      .action((revision: string | undefined, path: string | undefined, options: Options) =>
        run(context, [revision, path], options),
      );
  },
};

async function run(context: CliContext, words: readonly (string | undefined)[], options: Options): Promise<void> {
  const { cwd, env, globals } = context;
  const operands = words.filter((word) => word !== undefined);
  const listed = await listTree({ cwd, env, operands, recursive: options.recursive ?? false });
  if (!listed.ok) return fail(context, listed.error);
  if (globals.json) return context.print(toPrettyJson(listed.value));
  if (globals.quiet) return;
  const table = { header: ['PATH', 'SIZE', 'KEPT BY', 'MADE BY', 'DIGEST'], rows: listed.value.entries.map(toRow) };
  context.print(renderTable(table, context, { md: false }));
}

function toRow({ path, type, kept, stage, digest, size, files }: ListedEntry): readonly string[] {
  const marks = { dir: '/', exec: '*', symlink: '@', file: '' };
  const count = files === undefined ? '' : `, ${files} file${files === 1 ? '' : 's'}`;
  return [
    `${path}${marks[type]}`,
    size === undefined ? '' : `${renderSize(size)}${count}`,
    kept === 'both' ? 'git, cache' : kept,
    stage ?? (digest === undefined ? '' : 'a source'),
    digest?.slice(0, 12) ?? '',
  ];
}
