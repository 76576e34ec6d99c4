/** `pipe migrate`: a DVC repository becomes a pipeline of pipe, without running a stage. */
import { migrate as carryOver, type MigrateProgress } from '../../engine/migrate/migrate.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { isClean, renderMigration } from '../render-migration.ts';
import { renderSize } from '../render-size.ts';
import { createTheme } from '../theme.ts';

const EXAMPLES = `
Reads dvc.yaml, dvc.lock, .dvc files and .dvc/config; writes pipeline.yaml, locks/ and, where
needed, .pipeignore and .pipe/config.yaml. Runs nothing, and leaves every file of DVC's as it
is: \`dvc status\` says the same afterwards. Data comes from the workspace, the cache of DVC
and its remotes (folders, s3, ssh, http), each byte checked against its MD5.

A stage is up to date afterwards if dvc.lock speaks of the stage that dvc.yaml defines, and
all that it read and wrote is at hand as it was. Of every other the report says why not.

Examples:
  pipe migrate --check     what would be written, and what could not be carried over
  pipe migrate
  pipe status
  pipe migrate --force     once more, after \`dvc pull\` has brought data that was missing

Exit code: 0 also when something could not be carried over; --check -q says 1 then.`;

interface Options {
  readonly check?: boolean;
  readonly force?: boolean;
  readonly pull: boolean;
}

export const migrate: CommandModule = {
  define: (command, context) => {
    command
      .option('--check', 'only report; write nothing, fetch nothing')
      .option('--force', 'write pipeline.yaml anew; what it replaces is kept under .pipe/saved/')
      .option('--no-pull', 'do not ask remotes for data that is not on this machine')
      .addHelpText('after', EXAMPLES)
      .action((options: Options) => run(context, options));
  },
};

async function run(context: CliContext, { check = false, force = false, pull }: Options): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const progress = createProgress(context);
  const result = await carryOver({ cwd, env, signal, check, force, pull, onProgress: progress.show });
  progress.clear();
  if (!result.ok) return fail(context, result.error);
  if (globals.json) context.print(toPrettyJson(result.value));
  else if (!globals.quiet) context.print(renderMigration(result.value, createTheme(globals.color), globals.verbose));
  if (check && globals.quiet && !isClean(result.value)) context.finish(1);
}

/** One line that is drawn over, on a terminal only. */
function createProgress({ terminal, globals }: CliContext) {
  const isShown = terminal.isTty && !globals.json && !globals.quiet;
  const draw = (text: string) => {
    if (isShown) terminal.write(`\r\u001b[K${text.slice(0, terminal.columns() - 1)}`);
  };
  return {
    show: (progress: MigrateProgress) =>
      draw(
        progress.kind === 'stage'
          ? `looking at ${progress.stage}`
          : `fetched ${progress.files} of ${progress.of} files, ${renderSize(progress.bytes)}`,
      ),
    clear: () => draw(''),
  };
}
