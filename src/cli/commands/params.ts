/** `pipe params`: parameters from the command line. */
import { type ParamChange, setParams } from '../../engine/params-set.ts';
import { renderParam } from '../../core/param-value.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';

const EXAMPLES = `
Examples:
  pipe params set train.lr=0.05
  pipe params set --help`;

const SET_EXAMPLES = `
A value is written as in YAML, and its type counts: 1, 1.0 and "1" are three values.
Comments, order and layout of the file stay. All values are set, or none.

Examples:
  pipe params set train.lr=0.05 train.depth=6
  pipe params set 'train.layers=[64, 32]'
  pipe params set search.yaml:space.depth=3
  pipe params set --new train.momentum=0.9`;

interface Options {
  readonly new?: boolean;
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
