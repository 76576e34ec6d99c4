/** `pipe gc`: makes room in the cache. */
import { InvalidArgumentError } from 'commander';
import { type Amount, gc as collect, type GcReport } from '../../engine/gc.ts';
import { gcLocks } from '../../engine/gc-locks.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { renderSize } from '../render-size.ts';
import { createTeller } from '../tell.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
Kept in any case: what a lock entry or a model's registry names, in this checkout and in
every other that shares the cache; and whatever is younger than a day. What goes can be
made again by running: its stages, for inputs that no lock entry has.

Examples:
  pipe gc --workspace --dry        what would go, and how large it is
  pipe gc --workspace
  pipe gc --keep-days 30           runs of the last 30 days stay too
  pipe gc --locks                  lock files of stages that are gone`;

interface Options {
  readonly workspace?: boolean;
  readonly keepDays?: number;
  readonly locks?: boolean;
  readonly dry?: boolean;
}

export const gc: CommandModule = {
  define: (command, context) => {
    command
      .option('--workspace', 'keep what the workspaces that share the cache need')
      .option('--keep-days <n>', 'and all runs of the last n days', parseDays)
      .option('--locks', 'remove lock files of stages and sources that are gone')
      .option('--dry', 'only say what would go')
      .addHelpText('after', EXAMPLES)
      .action((options: Options) => {
        if (options.workspace !== true && options.keepDays === undefined && options.locks !== true)
          command.error('error: say what is to be kept: --workspace, or --keep-days <n>; or --locks');
        return run(context, options);
      });
  },
};

async function run(context: CliContext, { workspace, keepDays, locks, dry = false }: Options): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const removed = locks === true ? await gcLocks({ cwd, dry }) : undefined;
  if (removed?.ok === false) return fail(context, removed.error);
  const wantsCache = workspace === true || keepDays !== undefined;
  const onEvent = createTeller(context);
  const report = wantsCache
    ? await collect({ cwd, env, signal, dry, ...(keepDays !== undefined && { keepDays }), onEvent })
    : undefined;
  if (report?.ok === false) return fail(context, report.error);
  if (globals.json) return context.print(toPrettyJson({ locks: removed?.value ?? [], cache: report?.value ?? null }));
  if (globals.quiet) return;
  const verb = dry ? 'would remove' : 'removed';
  for (const file of removed?.value ?? []) context.print(`${verb} ${file}`);
  if (removed?.value.length === 0) context.print('every lock file belongs to a stage or a source');
  if (report !== undefined) context.print(renderReport(report.value, context));
}

function renderReport({ dry, objects, records, temporaries, checkouts, gone }: GcReport, context: CliContext): string {
  const theme = createTheme(context.globals.color);
  const verb = dry ? theme.warn('would remove') : theme.good('removed');
  return [
    `${verb} ${renderAmount(objects.removed, 'object')} and ${renderAmount(records.removed, 'run')}`,
    `${theme.faint(dry ? 'would keep' : 'kept')} ${renderAmount(objects.kept, 'object')} and ${renderAmount(records.kept, 'run')}`,
    ...(temporaries.files > 0 ? [`${verb} ${renderAmount(temporaries, 'half-written file')}`] : []),
    ...(checkouts.length > 1 ? [theme.faint(`needs of ${checkouts.join(', ')}`)] : []),
    ...gone.map((root) => theme.faint(`${root} is gone: its needs are not kept any more`)),
  ].join('\n');
}

const renderAmount = ({ files, bytes }: Amount, noun: string): string =>
  `${files} ${noun}${files === 1 ? '' : 's'} (${renderSize(bytes)})`;

function parseDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1) return days;
  throw new InvalidArgumentError('It is a number of days: 1 or more.');
}
