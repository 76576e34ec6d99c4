/** `pipe repro`: a thin layer on the engine's. Everything that only a real run needs is loaded by the engine. */
import { Option } from 'commander';
import type { RunEvent } from '../../core/event.ts';
import { exitCodeFor, type Failure } from '../../core/failure.ts';
import type { Profile } from '../../engine/profile.ts';
import { repro as reproduce, type ReproOptions } from '../../engine/repro.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { parseCount } from '../parse-count.ts';
import { renderDuration } from '../render-time.ts';
import { createReporter } from '../reporter.ts';

interface Options {
  readonly jobs?: number;
  readonly force?: boolean;
  readonly singleItem?: boolean;
  readonly allPipelines?: boolean;
  readonly downstream?: boolean;
  readonly keepGoing?: boolean;
  readonly dry?: boolean;
  readonly stream?: boolean;
  readonly runCache: boolean;
  readonly commit: boolean;
  readonly locked?: boolean;
  readonly allowMissing?: boolean;
  readonly pull?: boolean;
  readonly isolated?: boolean;
  readonly profile?: string;
  readonly keepFailed?: boolean;
  readonly explain?: boolean;
  readonly watch?: boolean;
  readonly detach?: boolean;
}

const EXAMPLES = `
A target is a stage, a group (train for all of train@…), the path of an out, a
pipeline file, or a glob of stage names; a path starts from the folder you are in,
else from the root. It stands for itself and everything it needs; without targets
the whole pipeline is meant, or, in a folder with a pipeline.yaml of its own, what
stands in that one.

Examples:
  pipe repro                      bring everything up to date
  pipe repro train                train, and what it needs
  pipe repro artifacts/model.json the stage that writes this file, and what it needs
  pipe repro -f evaluate          run evaluate and what it needs, stale or not
  pipe repro -fs evaluate         run evaluate alone, stale or not
  pipe repro --downstream train   train and everything that depends on it
  pipe repro --dry                what would run, and why
  pipe repro --pull               on a fresh clone: final outs, and what stages that run read
  pipe repro --dry --locked --allow-missing  in CI, without data: are the locks up to date?
  pipe repro --profile trace.json where the time goes, and what decides it
  pipe repro --watch              again whenever something it reads has changed
  pipe repro --keep-failed        to look at what a failing stage wrote
  pipe repro --detach             in the background: pipe status and pipe logs -f show it
  pipe repro -q                   silent unless something fails: for cron

Exit code: 0 all is up to date, 1 a stage failed, 2 something in your files is
wrong and nothing ran, 130 stopped with Ctrl-C.`;

export const repro: CommandModule = {
  define: (command, context) => {
    command
      .argument('[targets...]', 'stages, paths of outs, or globs of stage names')
      .option(
        '-j, --jobs <n>',
        'how many stages may run at a time (default: the number of cores)',
        parseCount('It is a number of stages'),
      )
      .option('-f, --force', 'run what is fresh too, and restore nothing')
      .option('-s, --single-item', 'the targets alone, without what they need')
      .option('-P, --all-pipelines', 'from a folder below the root too: everything')
      .option('--downstream', 'the targets and what depends on them, without what they need')
      .option('-k, --keep-going', 'after a failure go on with whatever does not need the failed stage')
      .option('--dry', 'only say what would be done, and why')
      .option('--no-run-cache', 'restore nothing from earlier runs, and record nothing for later ones')
      .option('--no-commit', 'store no outs; the next repro does, without running')
      .option('--locked', 'for CI: fail where a lock entry is not of what stands here')
      .option('--pull', 'take from the remote what targets, and stages that run, need and is not here')
      .option('--allow-missing', 'take data that is nowhere to be as it was recorded')
      .option('--isolated', 'run each stage in a private folder that holds only what it declares')
      .option('--profile <file>', 'write a trace with the critical path (for Perfetto or chrome://tracing)')
      .option('--keep-failed', 'keep what a failed stage wrote, in .pipe/failed/')
      .option('--explain', 'say of fresh stages, too, what decided it')
      .addOption(
        new Option('-w, --watch', 'go on, and run again whenever something that is read has changed').conflicts([
          'dry',
          'locked',
          'pull',
          'profile',
        ]),
      )
      .addOption(new Option('--detach', 'go on in the background, and print where').conflicts(['dry', 'profile']))
      .option('--stream', 'show all that stages print, each line with its stage')
      .addHelpText('after', EXAMPLES)
      .action((targets: readonly string[], options: Options) => run(context, targets, options));
  },
};

async function run(context: CliContext, targets: readonly string[], options: Options): Promise<void> {
  if (options.detach) return (await import('../detach.ts')).detach(context);
  const reporter = createReporter({ context, stream: options.stream ?? false, explain: options.explain ?? false });
  const terms = { ...termsOf(options), cwd: context.cwd, targets, signal: context.signal, env: context.env };
  if (options.watch) {
    const { watch } = await import('../../engine/watch.ts');
    const ended = await watch({ ...terms, onEvent: reporter.onEvent }).finally(reporter.close);
    // Ctrl-C is how a watch ends; what was stopped by it has been told.
    if (!ended.ok && ended.error.code === 'interrupted') return context.finish(exitCodeFor(ended.error));
    return ended.ok ? undefined : fail(context, ended.error);
  }
  const failures: Failure[] = [];
  const profile = options.profile === undefined ? undefined : await startProfile(context, options.profile);
  let isActing = false;
  const onEvent = (event: RunEvent) => {
    if (!isActing && event.type === 'stage-decided' && event.decision.action !== 'skip') {
      isActing = true;
      void import('../calm-compiler.ts').then(({ calmCompiler }) => calmCompiler());
    }
    if (event.type === 'stage-finished' && event.result.kind === 'failed') failures.push(event.result.failure);
    reporter.onEvent(event);
    profile?.onEvent(event);
  };
  const result = await reproduce({ ...terms, dry: options.dry ?? false, onEvent }).finally(reporter.close);
  if (!result.ok) return fail(context, result.error);
  if (profile !== undefined) await tellProfile(context, profile);
  const { ok, ran, restored, failed } = result.value;
  if (ok) return;
  // 2 promises that nothing ran: it is the user's files, and no stage, that are wrong.
  const isUsage = ran.length + restored.length === 0 && failures.every((failure) => exitCodeFor(failure) === 2);
  context.finish(isUsage && failed.length > 0 ? 2 : 1);
}

function termsOf(options: Options): Omit<ReproOptions, 'cwd'> {
  return {
    ...(options.jobs !== undefined && { jobs: options.jobs }),
    force: options.force ?? false,
    all: options.allPipelines ?? false,
    single: options.singleItem ?? false,
    downstream: options.downstream ?? false,
    keepGoing: options.keepGoing ?? false,
    runCache: options.runCache,
    commit: options.commit,
    locked: options.locked ?? false,
    allowMissing: options.allowMissing ?? false,
    pull: options.pull ?? false,
    isolated: options.isolated ?? false,
    keepFailed: options.keepFailed ?? false,
  };
}

async function startProfile({ cwd }: CliContext, file: string): Promise<Profile> {
  const { createProfile } = await import('../../engine/profile.ts');
  return createProfile({ cwd, file });
}

/** On standard error: with --json, standard output is for events. */
async function tellProfile(context: CliContext, profile: Profile): Promise<void> {
  const path = await profile.write();
  if (!path.ok) return fail(context, path.error);
  if (context.globals.quiet || path.value.stages.length === 0) return;
  context.printError(`critical path: ${path.value.stages.join(' → ')}, ${renderDuration(path.value.ms)}`);
}
