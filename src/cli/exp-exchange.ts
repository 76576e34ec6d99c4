/** `pipe exp push` and `exp pull`: experiments and their outs, between people. */
import type { Command } from 'commander';
import { type ExchangeOptions, pullExperiments, pushExperiments } from '../engine/experiment-exchange.ts';
import type { CliContext } from './command.ts';
import { reportFetched } from './commands/fetch.ts';
import { reportPushed } from './commands/push.ts';
import { EXCHANGE } from './exp-help.ts';
import { fail } from './fail.ts';
import { toPrettyJson } from './json.ts';
import { createTheme } from './theme.ts';
import { parseCount } from './parse-count.ts';
import { createTransferProgress } from './transfer-progress.ts';

interface Options {
  readonly remote?: string;
  readonly jobs?: number;
  readonly data: boolean;
}

interface Asked {
  readonly remote: string;
  readonly names: readonly string[];
  readonly options: Options;
}

export function defineExchange(command: Command, context: CliContext): void {
  const define = (verb: string, description: string, act: (asked: Asked) => Promise<void>) =>
    command
      .command(verb)
      .description(description)
      .argument('<remote>', 'a remote of git')
      .argument('[names...]', 'experiments (default: all)')
      .option('-r, --remote <name>', 'where outs are: a remote of `pipe remote list`, or a URL; default: the usual one')
      .option('-j, --jobs <n>', 'objects under way at a time (default: 16)', parseCount('It is a number of objects'))
      .option('--no-data', 'without outs')
      .addHelpText('after', EXCHANGE)
      .action((remote: string, names: readonly string[], options: Options) => act({ remote, names, options }));
  define('push', 'Send experiments, and their outs, to others.', (asked) => sendAll(context, asked));
  define('pull', 'Bring experiments, and their outs, from others.', (asked) => bringAll(context, asked));
}

async function sendAll(context: CliContext, asked: Asked): Promise<void> {
  const { onProgress, close } = createTransferProgress(context, 'pushing');
  const sent = await pushExperiments(exchangeOf(context, asked, onProgress)).finally(close);
  if (!sent.ok) return fail(context, sent.error);
  const { experiments, data } = sent.value;
  if (context.globals.json) context.print(toPrettyJson(sent.value));
  else {
    tellNames(context, 'sent', experiments);
    if (data !== null) reportPushed(context, data);
    else if (experiments.length > 0) tellNoData(context, asked);
  }
  if (data !== null && data.missing.length > 0) context.finish(1);
}

async function bringAll(context: CliContext, asked: Asked): Promise<void> {
  const { onProgress, close } = createTransferProgress(context, 'pulling');
  const brought = await pullExperiments(exchangeOf(context, asked, onProgress)).finally(close);
  if (!brought.ok) return fail(context, brought.error);
  const { experiments, data } = brought.value;
  if (context.globals.json) context.print(toPrettyJson(brought.value));
  else {
    tellNames(context, 'brought', experiments);
    if (data !== null) reportFetched(context, data);
    else if (experiments.length > 0) tellNoData(context, asked);
  }
  if (data !== null && data.missing.length > 0) context.finish(1);
}

function exchangeOf(
  { cwd, env, signal }: CliContext,
  { remote, names, options }: Asked,
  onProgress: NonNullable<ExchangeOptions['data']>['onProgress'],
): ExchangeOptions {
  const { remote: dataRemote, jobs, data } = options;
  const how = { env, signal, ...(onProgress && { onProgress }), ...(jobs !== undefined && { jobs }) };
  const where = dataRemote !== undefined && { remote: dataRemote };
  return { cwd, remote, names, ...(data && { data: { ...how, ...where } }) };
}

export function tellNames({ globals, print }: CliContext, done: string, names: readonly string[]): void {
  if (globals.quiet) return;
  for (const name of names) print(`${done} ${name}`);
  if (names.length === 0) print('no experiments there that are not here');
}

/** Not asked for is no news. */
function tellNoData({ globals, print }: CliContext, { options }: Asked): void {
  if (globals.quiet || !options.data) return;
  print(createTheme(globals.color).faint('without outs: no remote for data is set up (`pipe remote add NAME URL`)'));
}
