/** `pipe gc`: makes room in the cache. */
import { type Amount, gc as collect, type GcReport } from '../../engine/gc.ts';
import { gcLocks } from '../../engine/gc-locks.ts';
import { gcRemote, type GcRemoteReport } from '../../engine/gc-remote.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { parseCount } from '../parse-count.ts';
import { renderSize } from '../render-size.ts';
import { createTeller } from '../tell.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
Kept in any case: what a lock entry or a model's registry names, in this checkout and in
every other that shares the cache; what experiments name; whatever is younger than a day;
and while a stage runs, all that the run cache can restore. What goes can be made again by
running its stages, for inputs that no lock entry has.

Examples:
  pipe gc --workspace --dry        what would go, and how large it is
  pipe gc --workspace
  pipe gc --all-branches --all-tags  what the tip of any branch or a tag names stays too
  pipe gc --all-commits            what any commit names stays
  pipe gc --keep-days 30           runs and commits of the last 30 days stay too
  pipe gc --locks                  lock files of stages that are gone

With --remote nothing leaves the cache, but the remote. Who else uses it cannot be known:
what only commits name that this repository has never seen goes, once it is older than a
week (or than --keep-days). So \`git fetch\` first, keep all commits, look, and then say --yes:

  git fetch --all && pipe gc --all-commits --remote --dry
  pipe gc --all-commits --remote --yes
  pipe gc --all-branches --all-tags --keep-days 90 --remote backup --yes

Exit code: 0; 2 when no scope is said, or --remote without --dry or --yes; 3 when the
remote cannot be reached or refuses.`;

interface Options {
  readonly workspace?: boolean;
  readonly allBranches?: boolean;
  readonly allTags?: boolean;
  readonly allCommits?: boolean;
  readonly keepDays?: number;
  readonly locks?: boolean;
  readonly dry?: boolean;
  /** true: the usual one. */
  readonly remote?: string | true;
  readonly yes?: boolean;
}

export const gc: CommandModule = {
  define: (command, context) => {
    command
      .option('-w, --workspace', 'keep what the workspaces that share the cache need')
      .option('-a, --all-branches', 'and what the tips of all branches name')
      .option('-T, --all-tags', 'and what all tags name')
      .option('-A, --all-commits', 'and what any commit names')
      .option('--keep-days <n>', 'and all runs and commits of the last n days', parseCount('It is a number of days'))
      .option('--locks', 'remove lock files of stages and sources that are gone')
      .option('-r, --remote [name]', 'of a remote instead of the cache; default: the usual one')
      .option('--dry', 'only say what would go')
      .option('--yes', 'with --remote: remove it, though others may use the remote too')
      .addHelpText('after', EXAMPLES)
      .action((options: Options) => {
        if (!isScoped(options) && options.locks !== true)
          command.error(
            'error: say what is to be kept: --workspace, --all-branches, --all-tags, --all-commits or --keep-days <n>; or --locks',
          );
        if (options.remote === undefined) return run(context, options);
        if (!isScoped(options) || options.locks === true)
          command.error('error: with --remote say what is to be kept: --workspace, --all-branches, --all-commits …');
        if (options.dry !== true && options.yes !== true)
          command.error('error: --remote removes what others may need: look with --dry, then say --yes');
        return runRemote(context, options);
      });
  },
};

const isScoped = ({ workspace, allBranches, allTags, allCommits, keepDays }: Options): boolean =>
  [workspace, allBranches, allTags, allCommits].includes(true) || keepDays !== undefined;

async function run(context: CliContext, options: Options): Promise<void> {
  const { locks, dry = false } = options;
  const { cwd, env, signal, globals } = context;
  const removed = locks === true ? await gcLocks({ cwd, dry }) : undefined;
  if (removed?.ok === false) return fail(context, removed.error);
  const scope = scopeOf(options);
  const onEvent = createTeller(context);
  const report = isScoped(options) ? await collect({ cwd, env, signal, dry, ...scope, onEvent }) : undefined;
  if (report?.ok === false) return fail(context, report.error);
  if (globals.json) return context.print(toPrettyJson({ locks: removed?.value ?? [], cache: report?.value ?? null }));
  if (globals.quiet) return;
  const verb = dry ? 'would remove' : 'removed';
  for (const file of removed?.value ?? []) context.print(`${verb} ${file}`);
  if (removed?.value.length === 0) context.print('every lock file belongs to a stage or a source');
  if (report !== undefined) context.print(renderReport(report.value, context));
}

function scopeOf({ allBranches = false, allTags = false, allCommits = false, keepDays }: Options) {
  return { allBranches, allTags, allCommits, ...(keepDays !== undefined && { keepDays }) };
}

async function runRemote(context: CliContext, options: Options): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const { remote, dry = false } = options;
  const named = typeof remote === 'string' && { remote };
  const report = await gcRemote({ cwd, env, signal, dry, ...scopeOf(options), ...named });
  if (!report.ok) return fail(context, report.error);
  if (globals.json) return context.print(toPrettyJson({ remote: report.value }));
  if (!globals.quiet) context.print(renderRemoteReport(report.value, context));
}

function renderRemoteReport(report: GcRemoteReport, context: CliContext): string {
  const theme = createTheme(context.globals.color);
  const { remote, days } = report;
  return [
    renderReport({ ...report, gone: [], pushing: [] }, context),
    theme.faint(`in ${remote}; whatever is younger than ${days === 1 ? 'a day' : `${days} days`} stays`),
  ].join('\n');
}

function renderReport(report: GcReport, context: CliContext): string {
  const { dry, objects, records, temporaries, checkouts, gone, busy, pushing } = report;
  const theme = createTheme(context.globals.color);
  const verb = dry ? theme.warn('would remove') : theme.good('removed');
  return [
    `${verb} ${renderAmount(objects.removed, 'object')} and ${renderAmount(records.removed, 'run')}`,
    `${theme.faint(dry ? 'would keep' : 'kept')} ${renderAmount(objects.kept, 'object')} and ${renderAmount(records.kept, 'run')}`,
    ...(temporaries.files > 0 ? [`${verb} ${renderAmount(temporaries, 'half-written file')}`] : []),
    ...(checkouts.length > 1 ? [theme.faint(`needs of ${checkouts.join(', ')}`)] : []),
    ...busy.map((root) => theme.faint(`something runs in ${root}: what the run cache can restore stays this time`)),
    ...pushing.map((root) => theme.faint(`something is pushed from ${root}: every object stays this time`)),
    ...gone.map((root) => theme.faint(`${root} is gone: its needs are not kept any more`)),
  ].join('\n');
}

const renderAmount = ({ files, bytes }: Amount, noun: string): string =>
  `${files} ${noun}${files === 1 ? '' : 's'} (${renderSize(bytes)})`;
