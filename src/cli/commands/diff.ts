/** `pipe diff`: which data changed between two revisions. */
import { type DataDiff, diffData } from '../../engine/data-diff.ts';
import type { DataChange } from '../../core/tree-diff.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { renderSize } from '../render-size.ts';
import { renderTable } from '../table.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
Outs and sources that the cache keeps; what git keeps, \`git diff\` shows. A revision is
whatever git understands, the name of an experiment, or \`workspace\`. One revision is
compared with the workspace, none means HEAD. Same content under a new name is a
renamed file.

Examples:
  pipe diff                       what changed since the last commit
  pipe diff v1.0 v1.1             between two tags
  pipe diff main --targets data   below data/ alone
  pipe diff --md main             for the text of a pull request`;

/** More are counted, and all of them stand in --json. */
const SHOWN = 200;

interface Options {
  readonly targets?: readonly string[];
  readonly md?: boolean;
}

export const diff: CommandModule = {
  define: (command, context) => {
    command
      .argument('[from]', 'a revision (default: HEAD)')
      .argument('[to]', 'a revision (default: workspace)')
      .option('--targets <paths...>', 'what lies at or below these paths')
      .option('--md', 'as a Markdown table')
      .addHelpText('after', EXAMPLES)
      .action(async (from: string | undefined, to: string | undefined, { targets = [], md = false }: Options) => {
        const { cwd, env, globals } = context;
        const compared = await diffData({ cwd, env, from, to, targets });
        if (!compared.ok) return fail(context, compared.error);
        if (globals.json) context.print(toPrettyJson(toJson(compared.value)));
        else if (!globals.quiet) context.print(render(compared.value, context, md));
      });
  },
};

/** Contents are objects here, and no params. */
function toJson({ changes, ...rest }: DataDiff): unknown {
  return { ...rest, changes: changes.map(({ was, now, ...change }) => ({ ...change, old: was, new: now })) };
}

function render({ from, to, changes }: DataDiff, context: CliContext, md: boolean): string {
  if (changes.length === 0) return `no data differs between ${from} and ${to}`;
  const shown = md || context.globals.verbose ? changes : changes.slice(0, SHOWN);
  const rows = shown.map((change) => [change.change, renderPath(change), renderSizes(change)]);
  const counts = (['added', 'deleted', 'modified', 'renamed'] as const).flatMap((kind) => {
    const count = changes.filter(({ change }) => change === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  const rest = changes.length - shown.length;
  const table = renderTable({ header: ['CHANGE', 'PATH', 'SIZE'], rows }, context, { md });
  const more = rest === 0 ? [] : [createTheme(context.globals.color).faint(`… and ${rest} more (-v shows all)`)];
  return [table, ...more, md ? `\n${counts.join(', ')}` : counts.join(', ')].join('\n');
}

function renderPath({ path, from, isUnlisted, was, now }: DataChange): string {
  const isFolder = (now ?? was)?.type === 'dir';
  const name = `${path}${isFolder ? '/' : ''}`;
  if (from !== undefined) return `${from} → ${name}`;
  return isUnlisted ? `${name} (what it holds is not in the cache)` : name;
}

function renderSizes({ was, now }: DataChange): string {
  if (was === undefined || now === undefined) return renderSize((now ?? was)?.size ?? 0);
  return was.size === now.size ? renderSize(now.size) : `${renderSize(was.size)} → ${renderSize(now.size)}`;
}
