/** Which commits somebody means by --all-branches, --all-tags and --all-commits. Asks git; reads no commit. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listAllCommits, listBranches, listRemoteBranches, listTags } from '../store/git-refs.ts';

export interface CommitScope {
  /** The tips of local branches, and of those of other repositories as git last saw them. */
  readonly allBranches?: boolean;
  readonly allTags?: boolean;
  /** All that any ref leads to. */
  readonly allCommits?: boolean;
}

export const wantsCommits = ({ allBranches, allTags, allCommits }: CommitScope): boolean =>
  allBranches === true || allTags === true || allCommits === true;

/** As git understands them; the same commit may be named twice. */
export async function revisionsIn(
  root: string,
  { allBranches, allTags, allCommits }: CommitScope,
): Promise<readonly string[]> {
  const prefixed = (prefix: string, names: readonly string[]) => names.map((name) => `${prefix}${name}`);
  return [
    ...(allBranches ? prefixed('refs/heads/', await listBranches(root)) : []),
    ...(allBranches ? prefixed('refs/remotes/', await listRemoteBranches(root)) : []),
    ...(allTags ? prefixed('refs/tags/', await listTags(root)) : []),
    ...(allCommits ? await listAllCommits(root) : []),
  ];
}

export function isInGit(root: string): boolean {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return true;
    if (dirname(folder) === folder) return false;
  }
}
