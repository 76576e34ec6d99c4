/** `pipe runs`: the history of this checkout, one line a stage and run. */
import { listRuns, type PastRun } from '../../engine/runs.ts';
import { fitText } from '../../lib/text-width.ts';
import { alignColumns } from '../columns.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { parseCount } from '../parse-count.ts';
import { renderReason } from '../render-reason.ts';
import { renderDuration } from '../render-time.ts';
import { createTheme } from '../theme.ts';

const SHOWN = 20;
const EXAMPLES = `
The first column is what \`pipe logs STAGE --run\` takes. Only what ran is listed: a
stage that was fresh or restored did not. Runs of other checkouts are not known here.

Examples:
  pipe runs              the last ${SHOWN} runs of all stages, the latest below
  pipe runs train        those of train
  pipe runs train -n 3   the last three of them
  pipe runs --json       all, for programs`;

interface Options {
  readonly count?: number;
}

export const runs: CommandModule = {
  define: (command, context) => {
    command
      .argument('[stage]', 'a stage, or the path of an out')
      .option(
        '-n, --count <n>',
        `how many of the latest (default: ${SHOWN}; with --json all)`,
        parseCount('It is a number of runs'),
      )
      .addHelpText('after', EXAMPLES)
      .action((stage: string | undefined, options: Options) => run(context, stage, options));
  },
};

async function run(context: CliContext, stage: string | undefined, { count }: Options): Promise<void> {
  const found = await listRuns({ cwd: context.cwd, ...(stage !== undefined && { stage }) });
  if (!found.ok) return fail(context, found.error);
  const { json, quiet } = context.globals;
  const shown = found.value.slice(-(count ?? (json ? Number.POSITIVE_INFINITY : SHOWN)));
  if (json) return context.print(toPrettyJson({ runs: shown }));
  if (quiet) return;
  context.print(shown.length === 0 ? 'nothing has run here yet' : renderRuns(shown, context));
}

function renderRuns(shown: readonly PastRun[], { globals, terminal }: CliContext): string {
  const theme = createTheme(globals.color);
  const rows = shown.map((past) => [
    String(past.nth),
    past.stage,
    past.started.slice(0, 19).replace('T', ' '),
    renderDuration(past.ms),
    renderEnding(past),
    past.host,
    renderCause(past),
  ]);
  const [header = '', ...lines] = alignColumns([
    ['#', 'STAGE', 'STARTED (UTC)', 'TOOK', 'ENDED', 'HOST', 'BECAUSE'],
    ...rows,
  ]);
  // A table that wraps is none; what reads a pipe gets all of it.
  const fit = (line: string) => (terminal.isTty ? fitText(line, terminal.columns()) : line);
  const paint = (line: string, index: number) => (shown[index]?.outcome === 'ran' ? line : theme.bad(line));
  return [theme.faint(fit(header)), ...lines.map((line, index) => paint(fit(line), index))].join('\n');
}

/** In the words of a shell: what the command itself answered. */
export function renderEnding({ outcome, exitCode, signal }: Pick<PastRun, 'outcome' | 'exitCode' | 'signal'>): string {
  if (signal !== null) return signal;
  if (outcome === 'stopped') return 'stopped';
  // The command may have been content when we were not: an out missing, a dep changed meanwhile.
  if (outcome === 'failed' && exitCode === 0) return 'failed after exit 0';
  return exitCode === null ? outcome : `exit ${exitCode}`;
}

function renderCause({ reasons }: PastRun): string {
  const [first, ...rest] = reasons.map(renderReason);
  return first === undefined ? '' : `${first}${rest.length === 0 ? '' : ` (+${rest.length})`}`;
}
