/** `pipe push`: what the lock entries name, from the cache to a remote. */
import { push as pushAll, type PushReport } from '../../engine/push.ts';
import { pushCommits, type PushCommitsOptions } from '../../engine/push-commits.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { renderSize } from '../render-size.ts';
import { createTheme } from '../theme.ts';
import { addTransferOptions, toTransferOptions, type TransferChoices } from '../transfer-options.ts';
import { createTransferProgress } from '../transfer-progress.ts';

const EXAMPLES = `
Sends objects that the remote lacks, and then the run records that name them. Stopped or
killed, it goes on where it was when it is started again. Commit and push locks/ with
git: they say what belongs to a commit.

Examples:
  pipe push                     everything, to the usual remote
  pipe push train data/raw      outs of train, and one source
  pipe push -r backup           to another remote
  pipe push -r /mnt/shared      to a folder, without setting it up
  pipe push -a -T               what the tips of all branches, and all tags, name too
  pipe push --all-commits       what any commit names, as far as the cache has it
  pipe push --all-records       what earlier runs made too, so that others can restore it
  pipe push --pre-push origin   what commits need that git is pushing to origin; in a hook
  pipe push --force             what is there already too: it may be broken there

Exit code: 0; 1 when something is neither in the cache nor in the remote; 3 when the
remote cannot be reached or refuses.`;

interface Options extends TransferChoices {
  readonly force?: boolean;
  readonly allRecords?: boolean;
  readonly prePush?: string;
}

export const push: CommandModule = {
  define: (command, context) => {
    addTransferOptions(command)
      .option('-f, --force', 'send what is there already too')
      .option('--all-records', 'every run record of the cache, with the outs it names')
      .option('--pre-push <remote>', 'what commits need that git is about to push there: for its hook of that name')
      .addHelpText('after', EXAMPLES)
      .action((targets: readonly string[], options: Options) => run(context, targets, options));
  },
};

async function run(context: CliContext, targets: readonly string[], options: Options): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const { onProgress, close } = createTransferProgress(context, 'pushing');
  const { force = false, allRecords = false, prePush } = options;
  const asked = { ...toTransferOptions(options), cwd, env, signal, targets, force, allRecords, onProgress };
  if (prePush !== undefined) return await runHook(context, { ...asked, gitRemote: prePush }).finally(close);
  const result = await pushAll(asked).finally(close);
  if (!result.ok) return fail(context, result.error);
  if (globals.json) context.print(toPrettyJson(result.value));
  else reportPushed(context, result.value);
  if (result.value.missing.length > 0) context.finish(1);
}

/** Standard input: what git tells its hook. */
async function runHook(context: CliContext, asked: Omit<PushCommitsOptions, 'updates'>): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(Buffer.from(piece));
  const result = await pushCommits({ ...asked, updates: Buffer.concat(pieces).toString('utf8') });
  if (!result.ok) return fail(context, result.error);
  const { tips, earlier } = result.value;
  if (context.globals.json) context.print(toPrettyJson(result.value));
  else {
    if (tips !== null) reportPushed(context, tips);
    const gone = earlier?.missing.length ?? 0;
    if (earlier !== null) reportPushed(context, { ...earlier, missing: [] });
    if (gone > 0)
      context.printError(
        `${gone} files of commits before it are neither in the cache nor in ${earlier?.remote}: they stay so`,
      );
  }
  if (tips !== null && tips.missing.length > 0) context.finish(1);
}

export function reportPushed({ globals, print, printError }: CliContext, pushed: PushReport): void {
  const theme = createTheme(globals.color);
  for (const path of pushed.missing)
    printError(
      `${theme.bad('missing')} ${path}: neither in the cache nor in ${pushed.remote}; \`pipe repro\` makes it`,
    );
  for (const fingerprint of pushed.differing)
    printError(
      `${theme.warn('warning:')} ${pushed.remote} has other outs for ${fingerprint.slice(0, 12)}: the stage is not deterministic`,
    );
  if (globals.quiet) return;
  const { objects, bytes, records, remote } = pushed;
  if (objects + records === 0 && pushed.missing.length > 0) return;
  print(
    objects + records === 0
      ? theme.good(`${remote} has everything`)
      : `${theme.good('pushed')} ${objects} objects (${renderSize(bytes)}) and ${records} run records to ${remote}`,
  );
}
