/** Lists names and commits that git knows. Read only; empty where there is no git. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Where experiments are kept: refs of our own, which no branch or tag listing shows. Followed by the name. */
export const EXPERIMENT_REFS = 'refs/pipe/exps/';

/** Local ones. */
export const listBranches = (root: string): Promise<readonly string[]> => listRefs(root, 'refs/heads/');
/** As a clone knows those of the repositories it came from. */
export const listRemoteBranches = (root: string): Promise<readonly string[]> => listRefs(root, 'refs/remotes/');
export const listExperimentNames = (root: string): Promise<readonly string[]> => listRefs(root, EXPERIMENT_REFS);
export const listTags = (root: string): Promise<readonly string[]> => listRefs(root, 'refs/tags/');

/** Ids, latest first. `selection`: as for `git rev-list`: `v1..v2`, or `--all`. Undefined: git does not know it. */
export async function listCommits(root: string, selection: string): Promise<readonly string[] | undefined> {
  const listing = await git(root, ['rev-list', '--end-of-options', selection]);
  return listing === undefined ? undefined : linesOf(listing);
}

export interface Unpushed {
  /** Ids. */
  readonly tips: readonly string[];
  /** Ids that the other side has; this repository may not know them. */
  readonly known: readonly string[];
  /** As a clone names it. */
  readonly remote: string;
}

/** Ids of commits that the remote does not have, as far as is known here; latest first. */
export async function listUnpushed(root: string, { tips, known, remote }: Unpushed): Promise<readonly string[]> {
  const here = await Promise.all(
    known.map(async (id) => ((await git(root, ['cat-file', '-e', `${id}^{commit}`])) === undefined ? [] : [`^${id}`])),
  );
  // A tag of something that is no commit has none.
  const args = ['rev-list', ...tips, ...here.flat(), '--not', `--remotes=${remote}`];
  return linesOf((await git(root, args)) ?? '');
}

/** Of all refs, experiments and the stash among them; `since`: those of so many days alone. */
export async function listAllCommits(
  root: string,
  { sinceDays }: { readonly sinceDays?: number } = {},
): Promise<readonly string[]> {
  const since = sinceDays === undefined ? [] : [`--since=${sinceDays}.days`];
  // HEAD may be on no branch, or on one that has no commit yet.
  const detached = linesOf((await git(root, ['rev-list', ...since, 'HEAD'])) ?? '');
  return [...new Set([...detached, ...linesOf((await git(root, ['rev-list', ...since, '--all'])) ?? '')])];
}

/** Short names below a prefix, in git's order; a tag of something that is no commit is left out. */
async function listRefs(root: string, prefix: string): Promise<readonly string[]> {
  const format = '--format=%(objecttype) %(*objecttype) %(refname)';
  const listing = linesOf((await git(root, ['for-each-ref', format, prefix])) ?? '');
  return listing.flatMap((line) => {
    const [, type, target, name = ''] = /^(\S*) (\S*) (.*)$/.exec(line) ?? [];
    return type === 'commit' || target === 'commit' ? [name.slice(prefix.length)] : [];
  });
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
