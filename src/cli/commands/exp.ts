/** `pipe exp`: experiments beside the workspace: run them, compare them, take one over. */
import { type Command, Option } from 'commander';
import { applyExperiment, type ApplyReport } from '../../engine/experiment-apply.ts';
import { branchExperiment, removeExperiments } from '../../engine/experiment-refs.ts';
import { diffExperiments, readExperiments } from '../../engine/experiments.ts';
import { alignColumns } from '../columns.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { APPLY, BRANCH, DIFF, EXAMPLES, LIST, REMOVE, RUN, SHOW } from '../exp-help.ts';
import { defineExchange, tellNames } from '../exp-exchange.ts';
import { type ExpRunOptions, runExp } from '../exp-run.ts';
import { collectFilter, type ExpShowOptions, showExp } from '../exp-table.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { parseCount } from '../parse-count.ts';
import { parsePrecision } from '../precision.ts';
import { DEFAULT_PRECISION } from '../render-metric.ts';
import { createTeller } from '../tell.ts';
import { tellProblems } from '../tell-problems.ts';
import { createTheme } from '../theme.ts';
import { renderDiff } from './metrics.ts';
import { renderParamsDiff } from './params.ts';

export const exp: CommandModule = {
  define: (command, context) => {
    command.addHelpText('after', EXAMPLES);
    defineRun(command, context);
    defineReading(command, context);
    defineWriting(command, context);
    defineExchange(command, context);
  },
};

function defineRun(command: Command, context: CliContext): void {
  command
    .command('run')
    .description('Run experiments, each in a work tree of its own.')
    .argument('[targets...]', 'stages, paths of outs, or globs of stage names (default: all)')
    .option('-S, --set-param <key=values>', 'set a parameter; can be given again', collect)
    .option('-n, --name <name>', 'what it is called; of several, what their names begin with')
    .option(
      '-j, --jobs <n>',
      'how many experiments at a time (default: 1)',
      parseCount('It is a number of experiments'),
    )
    .option('--resume', 'go on with what a stopped command left')
    .option('-f, --force', 'replace experiments of the same names')
    .addHelpText('after', RUN)
    .action((targets: readonly string[], options: ExpRunOptions) => runExp(context, targets, options));
}

function defineReading(command: Command, context: CliContext): void {
  command
    .command('list')
    .description('List experiments, and what is queued.')
    .addHelpText('after', LIST)
    .action(() => list(context));
  command
    .command('show')
    .description('Compare experiments in a table.')
    .option('--sort-by <key>', 'a metric, a parameter, name or created')
    .addOption(new Option('--sort-order <order>', 'small or large first').choices(['asc', 'desc']).default('asc'))
    .option('--filter <test>', 'only these: auc>0.9, train.lr==0.1; can be given again', collectFilter)
    .option('--all-params', 'parameters that do not differ too')
    .option('--md', 'as a Markdown table')
    .option('--precision <n>', 'round figures to so many decimals', parsePrecision, DEFAULT_PRECISION)
    .addHelpText('after', SHOW)
    .action((options: ExpShowOptions) => showExp(context, options));
  command
    .command('diff')
    .description('Compare an experiment with what it began from, or with another.')
    .argument('<first>', 'an experiment')
    .argument('[second]', 'another, or any revision')
    .option('--md', 'as Markdown tables')
    .option('--precision <n>', 'round figures to so many decimals', parsePrecision, DEFAULT_PRECISION)
    .addHelpText('after', DIFF)
    .action((first: string, second: string | undefined, options: DiffOptions) =>
      diff(context, { first, second, options }),
    );
}

function defineWriting(command: Command, context: CliContext): void {
  command
    .command('apply')
    .description('Bring the workspace to where an experiment ended.')
    .argument('<name>', 'an experiment')
    .option('-f, --force', 'over files that changed here since; they are kept under .pipe/saved')
    .addHelpText('after', APPLY)
    .action((name: string, options: { readonly force?: boolean }) => apply(context, name, options.force ?? false));
  command
    .command('branch')
    .description('Make a branch of an experiment.')
    .argument('<name>', 'an experiment')
    .argument('<branch>', 'the new branch')
    .addHelpText('after', BRANCH)
    .action(async (name: string, branch: string) => {
      const made = await branchExperiment(context.cwd, { name, branch });
      if (!made.ok) return fail(context, made.error);
      if (context.globals.json) return context.print(toPrettyJson({ branch, commit: made.value }));
      if (!context.globals.quiet) context.print(`made branch ${branch} at ${made.value.slice(0, 10)}`);
    });
  command
    .command('remove')
    .description('Forget experiments.')
    .argument('[names...]', 'experiments, or queued ones')
    .option('--all', 'all of them, and all that is queued')
    .addHelpText('after', REMOVE)
    .action(async (names: readonly string[], { all = false }: { readonly all?: boolean }) => {
      if (names.length === 0 && !all) command.error('error: name experiments, or say --all');
      const removed = await removeExperiments({ cwd: context.cwd, names, all });
      if (!removed.ok) return fail(context, removed.error);
      if (context.globals.json) return context.print(toPrettyJson({ experiments: removed.value }));
      tellNames(context, 'removed', removed.value);
    });
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

async function list(context: CliContext): Promise<void> {
  const { cwd, env, globals } = context;
  const found = await readExperiments({ cwd, env });
  if (!found.ok) return fail(context, found.error);
  if (globals.json) return context.print(toPrettyJson(found.value));
  if (globals.quiet) return;
  const { experiments, queued } = found.value;
  const rows = [
    ...experiments.map(({ name, set }) => [name, set.join(' ')]),
    ...queued.map(({ name, set, isStarted }) => [name, set.join(' '), isStarted ? 'started' : 'queued']),
  ];
  for (const line of alignColumns(rows)) context.print(line);
  if (experiments.length + queued.length === 0) context.print('no experiments: `pipe exp run -S key=value` makes one');
}

interface DiffOptions {
  readonly md?: boolean;
  readonly precision: number;
}

interface Compared {
  readonly first: string;
  readonly second: string | undefined;
  readonly options: DiffOptions;
}

async function diff(context: CliContext, { first, second, options }: Compared): Promise<void> {
  const { cwd, env, globals } = context;
  const compared = await diffExperiments({ cwd, env, first, second });
  if (!compared.ok) return fail(context, compared.error);
  const differs = ({ change }: { readonly change: string }) => change !== 'unchanged';
  const params = { ...compared.value.params, params: compared.value.params.params.filter(differs) };
  const metrics = { ...compared.value.metrics, metrics: compared.value.metrics.metrics.filter(differs) };
  if (globals.json) context.print(toPrettyJson({ params, metrics }));
  else if (!globals.quiet)
    context.print(
      `${renderParamsDiff(params, context, options.md ?? false)}\n\n${renderDiff(metrics, context, options)}`,
    );
  tellProblems(context, metrics.problems);
}

async function apply(context: CliContext, name: string, force: boolean): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const applied = await applyExperiment({ cwd, env, signal, name, force, onEvent: createTeller(context) });
  if (!applied.ok) return fail(context, applied.error);
  if (globals.json) context.print(toPrettyJson(applied.value));
  else if (!globals.quiet) context.print(renderApplied(applied.value, context));
  if (applied.value.missing.length === 0) return;
  if (!globals.json) context.printError(`not in the cache, and left as it was: ${applied.value.missing.join(', ')}`);
  context.finish(1);
}

function renderApplied({ name, files, restored, saved }: ApplyReport, { globals }: CliContext): string {
  const theme = createTheme(globals.color);
  const lines = [
    ...files.map((path) => `${theme.good('changed')} ${path}`),
    ...restored.map((path) => `${theme.good('restored')} ${path}`),
    ...saved.map((path) => `${theme.warn('kept')} what stood in the way as ${path}`),
  ];
  return lines.length === 0 ? `everything stands as ${name} left it` : lines.join('\n');
}
