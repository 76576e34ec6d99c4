/**
 * What a `git push` is about to send needs: the data that its commits name, as the hook pre-push is told of them.
 *
 * The tips have to be complete, as the workspace has for `push`. Of commits on the way there, which nobody can check out
 * any more if their data is nowhere, what the cache has is sent and the rest is only counted.
 */
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { listUnpushed } from '../store/git-refs.ts';
import { findRoot } from './load.ts';
import { push, type PushOptions, type PushReport } from './push.ts';

export interface PushCommitsOptions extends Omit<PushOptions, 'commits' | 'revisions'> {
  /** As git gives it to the hook: a line for each ref, `<ref> <id> <their ref> <their id>`. */
  readonly updates: string;
  /** The remote of git. */
  readonly gitRemote: string;
}

export interface PushCommitsReport {
  /** null: no commit is sent, as when a branch is deleted. */
  readonly tips: PushReport | null;
  /** Of the commits before them that the remote of git does not have. */
  readonly earlier: PushReport | null;
}

/** Failures: no-pipeline, and those of `push`. */
export async function pushCommits(options: PushCommitsOptions): Promise<Result<PushCommitsReport, Failure>> {
  const { updates, gitRemote, ...transfer } = options;
  const root = findRoot(options.cwd);
  if (root === undefined) return err({ code: 'no-pipeline', from: options.cwd });
  const lines = updates.split('\n').map((line) => line.split(' '));
  const tips = idsIn(lines.map(([, id]) => id));
  if (tips.length === 0) return ok({ tips: null, earlier: null });
  const sent = await push({ ...transfer, revisions: tips });
  if (!sent.ok || sent.value.missing.length > 0) return sent.ok ? ok({ tips: sent.value, earlier: null }) : sent;
  const known = idsIn(lines.map(([, , , id]) => id));
  const earlier = (await listUnpushed(root, { tips, known, remote: gitRemote })).filter((id) => !tips.includes(id));
  if (earlier.length === 0) return ok({ tips: sent.value, earlier: null });
  const others = await push({ ...transfer, revisions: earlier });
  return others.ok ? ok({ tips: sent.value, earlier: others.value }) : others;
}

/** Zeros stand for a ref that is not there. */
const idsIn = (ids: readonly (string | undefined)[]): readonly string[] => [
  ...new Set(ids.flatMap((id) => (id !== undefined && /^[0-9a-f]+$/.test(id) && !/^0+$/.test(id) ? [id] : []))),
];
