/** Which revisions were asked for: names, ranges such as `v1..v2`, all branches, tags or commits. */
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { listAllCommits, listBranches, listCommits, listTags } from '../store/git-refs.ts';

export interface RevisionChoice {
  readonly revisions?: readonly string[];
  readonly allBranches?: boolean;
  readonly allTags?: boolean;
  readonly allCommits?: boolean;
}

/** In the order asked for, each once; a range becomes its commits, latest first. Failures: unknown-revision. */
export async function revisionNames(root: string, choice: RevisionChoice): Promise<Result<readonly string[], Failure>> {
  const names = new Set<string>();
  for (const revision of choice.revisions ?? []) {
    if (!revision.includes('..')) names.add(revision);
    else {
      const commits = await listCommits(root, revision);
      if (commits === undefined) return err({ code: 'unknown-revision', revision });
      for (const commit of commits) names.add(commit.slice(0, SHORT));
    }
  }
  if (choice.allBranches) for (const name of await listBranches(root)) names.add(name);
  if (choice.allTags) for (const name of await listTags(root)) names.add(name);
  if (choice.allCommits) for (const commit of await listAllCommits(root)) names.add(commit.slice(0, SHORT));
  return ok([...names]);
}

/** Digits of a commit, as people see it; long enough to be one commit's in any repository. */
const SHORT = 12;
