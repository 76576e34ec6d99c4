/** `pipe status`: what repro would do and why, without doing, waiting or locking anything. */
import { status as readStatus, type StageStatus, type StatusReport } from '../../engine/status.ts';
import { assertNever } from '../../lib/assert-never.ts';
import { padText } from '../../lib/text-width.ts';
import { labelWidth } from '../columns.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { renderHolder, renderReasons } from '../render-event.ts';
import { renderFailure } from '../render-failure.ts';
import { lineIn } from '../source-line.ts';
import { allOf } from '../summary.ts';
import { createTheme, type Theme } from '../theme.ts';

const EXAMPLES = `
Examples:
  pipe status               all stages; why each stale one is stale, old → new
  pipe status train         train, and what it needs
  pipe status -c            against the remote: what push would send, and pull bring
  pipe status --json        the same for programs
  pipe status -q || echo stale

Exit code: 0; with -q 1 when anything is not fresh, or with -c not the same there.`;

interface Options {
  readonly cloud?: boolean;
  readonly remote?: string;
}

export const status: CommandModule = {
  define: (command, context) => {
    command
      .argument('[targets...]', 'stages, paths of outs, or globs of stage names')
      .option('-c, --cloud', 'compare the cache with a remote instead')
      .option('-r, --remote <name>', 'which remote; implies -c')
      .addHelpText('after', EXAMPLES)
      .action(async (targets: readonly string[], { cloud = false, remote }: Options) => {
        if (!cloud && remote === undefined) return await run(context, targets);
        const { tellRemoteStatus } = await import('../status-remote.ts');
        await tellRemoteStatus(context, targets, remote === undefined ? {} : { remote });
      });
  },
};

async function run(context: CliContext, targets: readonly string[]): Promise<void> {
  const report = await readStatus({ cwd: context.cwd, targets, env: context.env });
  if (!report.ok) return fail(context, report.error);
  const { json, quiet } = context.globals;
  if (json) context.print(toPrettyJson(report.value));
  else if (!quiet) context.print(renderStatus(report.value, context));
  if (quiet && report.value.stages.some(({ state }) => state !== 'fresh' && state !== 'frozen')) context.finish(1);
}

function renderStatus(report: StatusReport, context: CliContext): string {
  const theme = createTheme(context.globals.color);
  const width = labelWidth(report.stages.map(({ stage }) => stage));
  const lines = report.stages.flatMap((stage) => renderStage(stage, { theme, width, context }));
  const orphans = report.orphanLocks.map(
    (stage) => `${theme.warn('·')} locks/ has an entry of ${stage}, a stage that is gone`,
  );
  const sources = report.sources.map((source) => `${theme.warn('·')} source ${describeSource(source)}`);
  return [...lines, ...sources, ...orphans, ...(lines.length > 0 ? [''] : []), summarize(report.stages, theme)].join(
    '\n',
  );
}

function describeSource({ path, state }: StatusReport['sources'][number]): string {
  switch (state) {
    case 'changed':
      return `${path} changed: \`pipe add ${path}\` takes the new content, \`pipe checkout ${path}\` the old`;
    case 'missing':
      return `${path} is missing: \`pipe checkout ${path}\` brings it back`;
    case 'not-added':
      return `${path} is listed but was never added: \`pipe add ${path}\``;
    default:
      return assertNever(state);
  }
}

interface Style {
  readonly theme: Theme;
  readonly width: number;
  readonly context: CliContext;
}

export function renderStage(stage: StageStatus, { theme, width, context }: Style): readonly string[] {
  const details = [
    ...renderReasons(stage.reasons, theme),
    ...(stage.failure ? [indent(renderFailure(stage.failure, { theme, lineOf: lineIn(context) }))] : []),
    ...(stage.running ? [`  ${theme.warn('running')}: ${renderHolder(stage.running)}`] : []),
  ];
  return [`${theme.name(padText(stage.stage, width))}  ${describe(stage, theme)}`, ...details];
}

function describe({ state, action, upstream }: StageStatus, theme: Theme): string {
  switch (state) {
    case 'fresh':
      return theme.good('fresh');
    case 'frozen':
      return theme.faint('frozen');
    case 'stale':
      return action === 'restore'
        ? theme.warn('stale, can be restored without running')
        : theme.warn('stale, would run');
    case 'unknown':
      return theme.faint(`depends on ${upstream.join(', ')}`);
    case 'failed':
      return theme.bad('cannot run');
    case 'interrupted':
      return theme.warn('interrupted: the next repro puts its outs back');
    default:
      return assertNever(state);
  }
}

function summarize(stages: readonly StageStatus[], theme: Theme): string {
  const open = stages.filter(({ state }) => state !== 'fresh' && state !== 'frozen').length;
  if (stages.length === 0) return 'the pipeline has no stages';
  if (open === 0) return theme.good(`${allOf(stages.length)} fresh`);
  const broken = stages.filter(({ state }) => state === 'failed').length;
  const what = `${open} of ${stages.length} ${open === 1 ? 'is' : 'are'} not fresh`;
  return broken === 0 ? `${what}: \`pipe repro\` changes that` : `${what}, ${theme.bad(`${broken} cannot run`)}`;
}

const indent = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
