/** Lists names and commits that git knows. Read only; empty where there is no git. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Where experiments are kept: refs of our own, which no branch or tag listing shows. Followed by the name. */
export const EXPERIMENT_REFS = 'refs/pipe/exps/';

export const listBranches = (root: string): Promise<readonly string[]> => listRefs(root, 'refs/heads/');
export const listTags = (root: string): Promise<readonly string[]> => listRefs(root, 'refs/tags/');

/** Ids, latest first. `selection`: as for `git rev-list`: `v1..v2`, or `--all`. Undefined: git does not know it. */
export async function listCommits(root: string, selection: string): Promise<readonly string[] | undefined> {
  const listing = await git(root, ['rev-list', '--end-of-options', selection]);
  return listing === undefined ? undefined : linesOf(listing);
}

export async function listAllCommits(root: string): Promise<readonly string[]> {
  return linesOf((await git(root, ['rev-list', '--all', 'HEAD'])) ?? '');
}

/** Short names below a prefix, in git's order. */
async function listRefs(root: string, prefix: string): Promise<readonly string[]> {
  const listing = await git(root, ['for-each-ref', '--format=%(refname)', prefix]);
  return linesOf(listing ?? '').map((name) => name.slice(prefix.length));
}

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

async function git(cwd: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', args, { cwd, maxBuffer: 1024 * 1024 * 1024 });
    return stdout;
  } catch {
    return undefined;
  }
}
