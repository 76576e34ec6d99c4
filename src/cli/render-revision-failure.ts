/** The words for failures that are about other revisions: git, names of commits, experiments. */
import type { Failure } from '../core/failure.ts';
import { assertNever } from '../lib/assert-never.ts';

type RevisionFailure = Extract<
  Failure,
  { readonly code: 'no-git' | 'unknown-revision' | 'git-failed' | 'experiment-refused' | 'not-in-revision' }
>;

export function describeRevision(failure: RevisionFailure): {
  readonly what: string;
  readonly hint?: string | undefined;
} {
  switch (failure.code) {
    case 'no-git':
      return {
        what: `${failure.root} is in no git repository, so there are no other revisions`,
        hint: '`git init` and a commit make it one',
      };
    case 'unknown-revision':
      return {
        what: `\`${failure.revision}\` is no revision that git knows, and no experiment`,
        hint: 'a commit, branch, tag, HEAD~1, the name of an experiment, or `workspace`',
      };
    case 'git-failed':
      return { what: `${failure.operation} failed: ${failure.problem}` };
    case 'experiment-refused':
      return { what: failure.problem, hint: failure.hint };
    case 'not-in-revision':
      return { what: `${failure.path}: ${failure.revision} holds nothing there` };
    default:
      return assertNever(failure);
  }
}
