/** `pipe metrics`: figures of the workspace and of other revisions. */
import type { Command } from 'commander';
import type { Metric } from '../../core/metrics-file.ts';
import { diffMetrics, type MetricsDiff, type RevisionMetrics, showMetrics } from '../../engine/metrics.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { parsePrecision } from '../precision.ts';
import { DEFAULT_PRECISION, renderDifference, renderMetric } from '../render-metric.ts';
import { renderTable } from '../table.ts';
import { tellProblems } from '../tell-problems.ts';

const EXAMPLES = `
Examples:
  pipe metrics show
  pipe metrics diff main
  pipe metrics diff --help`;

const SHOW_EXAMPLES = `
Figures come from what \`metrics:\` of stages and of the top level name. Of another
revision they are read from git or, where git does not keep them, from the cache.

Examples:
  pipe metrics show                        the workspace
  pipe metrics show artifacts/train.json   this file alone
  pipe metrics show --rev main --rev v1.0  of a branch and a tag
  pipe metrics show --rev v1.0..main       of each commit since v1.0
  pipe metrics show --all-tags --json

Exit code: 0; 1 when something recorded could not be read.`;

const DIFF_EXAMPLES = `
A revision is whatever git understands (a commit, branch, tag, HEAD~1), the name of an
experiment, or \`workspace\`. One revision is compared with the workspace, none means HEAD.

Examples:
  pipe metrics diff                  what the work since the last commit did
  pipe metrics diff main             against another branch
  pipe metrics diff v1.0 v1.1        two tags
  pipe metrics diff --md main        for the text of a pull request

Exit code: 0; 1 when something recorded could not be read.`;

interface ShowOptions {
  readonly rev?: readonly string[];
  readonly allBranches?: boolean;
  readonly allTags?: boolean;
  readonly allCommits?: boolean;
  readonly md?: boolean;
  readonly precision: number;
}

interface DiffOptions {
  readonly targets?: readonly string[];
  readonly all?: boolean;
  readonly md?: boolean;
  readonly precision: number;
}

export const metrics: CommandModule = {
  define: (command, context) => {
    command.addHelpText('after', EXAMPLES);
    withTableOptions(command.command('show').description('Show figures.'))
      .argument('[targets...]', 'metrics files, or folders that hold them (default: all that are declared)')
      .option('--rev <revision>', 'of this revision or range; can be given again (default: workspace)', collect)
      .option('-a, --all-branches', 'of all branches')
      .option('-T, --all-tags', 'of all tags')
      .option('-A, --all-commits', 'of all commits')
      .addHelpText('after', SHOW_EXAMPLES)
      .action((targets: readonly string[], options: ShowOptions) => show(context, targets, options));
    withTableOptions(command.command('diff').description('Compare figures of two revisions.'))
      .argument('[from]', 'a revision (default: HEAD)')
      .argument('[to]', 'a revision (default: workspace)')
      .option('--targets <paths...>', 'these files alone')
      .option('--all', 'what did not change too')
      .addHelpText('after', DIFF_EXAMPLES)
      .action((from: string | undefined, to: string | undefined, options: DiffOptions) =>
        diff(context, { from, to, options }),
      );
  },
};

function withTableOptions(command: Command): Command {
  return command
    .option('--md', 'as a Markdown table')
    .option('--precision <n>', 'round to so many decimals', parsePrecision, DEFAULT_PRECISION);
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

async function show(context: CliContext, targets: readonly string[], options: ShowOptions): Promise<void> {
  const { cwd, env, globals } = context;
  const { rev = [], allBranches = false, allTags = false, allCommits = false } = options;
  const shown = await showMetrics({ cwd, env, targets, revisions: rev, allBranches, allTags, allCommits });
  if (!shown.ok) return fail(context, shown.error);
  if (globals.json) context.print(toPrettyJson({ revisions: shown.value.map(toJson) }));
  else if (!globals.quiet) context.print(renderShown(shown.value, context, options));
  tellProblems(
    context,
    shown.value.flatMap(({ problems }) => problems),
  );
}

function toJson({ files, ...rest }: RevisionMetrics): unknown {
  const metricsOf = ({ path, values }: RevisionMetrics['files'][number]) =>
    [path, Object.fromEntries([...values].map(([key, value]) => [key, plain(value)]))] as const;
  return { ...rest, metrics: Object.fromEntries(files.map(metricsOf)) };
}

/** JSON has no NaN and no infinity: there they are words. */
const plain = (value: Metric | undefined): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

function renderShown(shown: readonly RevisionMetrics[], context: CliContext, options: ShowOptions): string {
  const rows = shown.flatMap(({ revision, files }) => files.map((file) => ({ revision, ...file })));
  if (rows.length === 0) return 'no figures there: stages declare them under `metrics:`';
  const keys = [...new Set(rows.flatMap(({ values }) => [...values.keys()]))];
  const hasNames = shown.length > 1 || shown[0]?.commit !== null;
  const table = {
    header: [...(hasNames ? ['REVISION'] : []), 'FILE', ...keys],
    rows: rows.map(({ revision, path, values }) => [
      ...(hasNames ? [revision] : []),
      path,
      ...keys.map((key) => renderMetric(values.get(key), options.precision)),
    ]),
  };
  return renderTable(table, context, { md: options.md ?? false });
}

interface Compared {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly options: DiffOptions;
}

async function diff(context: CliContext, { from, to, options }: Compared): Promise<void> {
  const { cwd, env, globals } = context;
  const compared = await diffMetrics({ cwd, env, from, to, targets: options.targets ?? [] });
  if (!compared.ok) return fail(context, compared.error);
  const shown = compared.value.metrics.filter(({ change }) => options.all === true || change !== 'unchanged');
  if (globals.json) {
    const asJson = shown.map((metric) => ({ ...metric, old: plain(metric.old), new: plain(metric.new) }));
    context.print(toPrettyJson({ ...compared.value, metrics: asJson }));
  } else if (!globals.quiet) context.print(renderDiff({ ...compared.value, metrics: shown }, context, options));
  tellProblems(context, compared.value.problems);
}

export function renderDiff(
  { from, to, metrics: shown }: MetricsDiff,
  context: CliContext,
  { md = false, precision }: Pick<DiffOptions, 'md' | 'precision'>,
): string {
  if (shown.length === 0) return `no figure differs between ${from} and ${to}`;
  const rows = shown.map((metric) => [
    metric.path,
    metric.key,
    renderMetric(metric.old, precision),
    renderMetric(metric.new, precision),
    renderDifference(metric.diff, precision),
  ]);
  return renderTable({ header: ['FILE', 'METRIC', from, to, 'CHANGE'], rows }, context, { md });
}
