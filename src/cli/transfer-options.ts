/** The options that `push`, `pull` and `fetch` share. */
import type { Command } from 'commander';
import { parseCount } from './parse-count.ts';

export interface TransferChoices {
  readonly remote?: string;
  readonly jobs?: number;
  readonly runCache: boolean;
  readonly allBranches?: boolean;
  readonly allTags?: boolean;
  readonly allCommits?: boolean;
}

export function addTransferOptions(command: Command): Command {
  return command
    .argument('[targets...]', 'stages, paths of outs or sources, or globs of stage names')
    .option('-r, --remote <name>', 'a remote of `pipe remote list`, or a URL; default: the usual one')
    .option('-j, --jobs <n>', 'objects under way at a time (default: 16)', parseCount('It is a number of objects'))
    .option('-a, --all-branches', 'what the tips of all branches name too, local ones and those of remotes of git')
    .option('-T, --all-tags', 'what all tags name too')
    .option('-A, --all-commits', 'what any commit names too')
    .option('--no-run-cache', 'objects alone, without run records');
}

/** As the engine wants them. */
export function toTransferOptions({ remote, jobs, runCache, ...choices }: TransferChoices) {
  const { allBranches = false, allTags = false, allCommits = false } = choices;
  return {
    records: runCache,
    commits: { allBranches, allTags, allCommits },
    ...(remote !== undefined && { remote }),
    ...(jobs !== undefined && { jobs }),
  };
}
