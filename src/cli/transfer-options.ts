/** The options that `push`, `pull` and `fetch` share. */
import { type Command, InvalidArgumentError } from 'commander';

export interface TransferChoices {
  readonly remote?: string;
  readonly jobs?: number;
  readonly runCache: boolean;
}

export function addTransferOptions(command: Command): Command {
  return command
    .argument('[targets...]', 'stages, paths of outs or sources, or globs of stage names')
    .option('-r, --remote <name>', 'a remote of `pipe remote list`, or a URL; default: the usual one')
    .option('-j, --jobs <n>', 'objects under way at a time (default: 16)', parseCount)
    .option('--no-run-cache', 'objects alone, without run records');
}

/** As the engine wants them. */
export function toTransferOptions({ remote, jobs, runCache }: TransferChoices) {
  return { records: runCache, ...(remote !== undefined && { remote }), ...(jobs !== undefined && { jobs }) };
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('expected a whole number from 1 up');
  return count;
}
