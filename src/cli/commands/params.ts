/** `pipe params`: parameters from the command line: set them, compare those of two revisions. */
import { type ParamChange, setParams } from '../../engine/params-set.ts';
import { type ParamValue, renderParam } from '../../core/param-value.ts';
import { diffParams, type ParamsDiff } from '../../engine/params-diff.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { renderTable } from '../table.ts';
import { tellProblems } from '../tell-problems.ts';

const EXAMPLES = `
Examples:
  pipe params set train.lr=0.05
  pipe params diff main
  pipe params set --help`;

const SET_EXAMPLES = `
A value is written as in YAML, and its type counts: 1, 1.0 and "1" are three values.
Comments, order and layout of the file stay. All values are set, or none.

Examples:
  pipe params set train.lr=0.05 train.depth=6
  pipe params set 'train.layers=[64, 32]'
  pipe params set search.yaml:space.depth=3
  pipe params set --new train.momentum=0.9`;

const DIFF_EXAMPLES = `
All of params.yaml and of what the top level lists under \`params:\`, and the keys that
stages declare in other files. A value's type counts: 1 and 1.0 differ. A revision is
whatever git understands, the name of an experiment, or \`workspace\`. One revision is
compared with the workspace, none means HEAD.

Examples:
  pipe params diff                what changed since the last commit
  pipe params diff main           against another branch
  pipe params diff v1.0 v1.1      two tags
  pipe params diff --deps main    only what stages declare
  pipe params diff --md main      for the text of a pull request`;

interface Options {
  readonly new?: boolean;
}

interface DiffOptions {
  readonly targets?: readonly string[];
  readonly all?: boolean;
  readonly deps?: boolean;
  readonly md?: boolean;
}

export const params: CommandModule = {
  define: (command, context) => {
    command.addHelpText('after', EXAMPLES);
    command
      .command('set')
      .description('Set values in params files.')
      .argument('<assignments...>', 'key=value, or file:key=value')
      .option('--new', 'make keys that are not there')
      .addHelpText('after', SET_EXAMPLES)
      .action((assignments: readonly string[], options: Options) => set(context, assignments, options));
    command
      .command('diff')
      .description('Compare parameters of two revisions.')
      .argument('[from]', 'a revision (default: HEAD)')
      .argument('[to]', 'a revision (default: workspace)')
      .option('--targets <paths...>', 'these files alone')
      .option('--all', 'what did not change too')
      .option('--deps', 'only what stages declare')
      .option('--md', 'as a Markdown table')
      .addHelpText('after', DIFF_EXAMPLES)
      .action((from: string | undefined, to: string | undefined, options: DiffOptions) =>
        diff(context, { from, to, options }),
      );
  },
};

async function set(context: CliContext, assignments: readonly string[], options: Options): Promise<void> {
  const { cwd, globals } = context;
  const result = await setParams({ cwd, assignments, create: options.new ?? false });
  if (!result.ok) return fail(context, result.error);
  if (globals.json) return context.print(toPrettyJson({ changes: result.value }));
  if (globals.quiet) return;
  for (const change of result.value) context.print(renderChange(change));
}

function renderChange({ file, key, was, now }: ParamChange): string {
  const before = was === undefined ? 'new' : renderParam(was);
  return `${file}: ${key}: ${before} → ${renderParam(now)}`;
}

interface Compared {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly options: DiffOptions;
}

async function diff(context: CliContext, { from, to, options }: Compared): Promise<void> {
  const { cwd, env, globals } = context;
  const { targets = [], deps = false, all = false, md = false } = options;
  const compared = await diffParams({ cwd, env, from, to, targets, declaredOnly: deps });
  if (!compared.ok) return fail(context, compared.error);
  const params = compared.value.params.filter(({ change }) => all || change !== 'unchanged');
  if (globals.json) context.print(toPrettyJson({ ...compared.value, params }));
  else if (!globals.quiet) context.print(renderParamsDiff({ ...compared.value, params }, context, md));
  tellProblems(context, compared.value.problems);
}

export function renderParamsDiff({ from, to, params: shown }: ParamsDiff, context: CliContext, md: boolean): string {
  if (shown.length === 0) return `no parameter differs between ${from} and ${to}`;
  const rows = shown.map(({ path, key, was, now }) => [path, key, renderValue(was), renderValue(now)]);
  return renderTable({ header: ['FILE', 'PARAM', from, to], rows }, context, { md });
}

const renderValue = (value: ParamValue | undefined): string => (value === undefined ? '-' : renderParam(value));
