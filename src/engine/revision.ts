/**
 * The project as it was at a commit, or as it stands in the workspace: pipeline, locks, params and files.
 *
 * The one way to look at another revision. Git is read through one process, objects come from the cache. Reads
 * only, checks nothing out. A revision is whatever git understands, the name of an experiment, or `workspace`.
 */
import type { Failure } from '../core/failure.ts';
import type { Pipeline } from '../core/pipeline.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { Commit } from '../store/git-history.ts';
import { type GitRepository, openGitRepository } from '../store/git-tree.ts';
import { EXPERIMENT_REFS } from '../store/git-refs.ts';
import { type LoadedPipeline, loadPipeline } from './load.ts';
import { type LockSnapshot, snapshotOfCommit, snapshotOfWorkspace } from './lock-snapshot.ts';
import { filesOfCommit, filesOfWorkspace, type RevisionFiles } from './revision-files.ts';
import { pipelineAt } from './revision-pipeline.ts';
import { createWorkspace, type Environment, type Workspace } from './workspace.ts';

export const WORKSPACE = 'workspace';

export interface Revision {
  /** As it was asked for. */
  readonly name: string;
  /** null: the workspace. */
  readonly commit: Commit | null;
  /** Undefined: there was no pipeline yet. A failure: one that this release does not accept. */
  readonly pipeline: Result<Pipeline | undefined, Failure>;
  readonly locks: LockSnapshot;
  readonly files: RevisionFiles;
}

export interface Revisions {
  readonly root: string;
  readonly loaded: LoadedPipeline;
  readonly workspace: Workspace;
  /** Failures: no-git, unknown-revision. */
  readonly open: (name: string) => Promise<Result<Revision, Failure>>;
}

export interface RevisionOptions {
  /** Absolute. */
  readonly cwd: string;
  readonly env?: Environment;
}

/** Failures: no-pipeline, pipeline-invalid, config-invalid, and those of `look`. */
export async function withRevisions<T>(
  { cwd, env = process.env }: RevisionOptions,
  look: (revisions: Revisions) => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  const loaded = await loadPipeline(cwd);
  if (!loaded.ok) return loaded;
  const workspace = createWorkspace(loaded.value, { env });
  const { root } = workspace;
  let repository: Promise<GitRepository | undefined> | undefined;
  const known = new Map<string, Promise<Result<Revision, Failure>>>();
  const openNew = async (name: string): Promise<Result<Revision, Failure>> => {
    if (name === WORKSPACE) return ok(ofWorkspace(workspace, loaded.value));
    const git = await (repository ??= openGitRepository(root));
    return git === undefined ? err({ code: 'no-git', root }) : await ofCommit(workspace, git, name);
  };
  const open = (name: string) => {
    const opening = known.get(name) ?? openNew(name);
    known.set(name, opening);
    return opening;
  };
  try {
    return await look({ root, loaded: loaded.value, workspace, open });
  } finally {
    await (await repository)?.close();
    workspace.digester.save();
  }
}

/** Two revisions to compare: what was typed, or the last commit and the workspace. */
export async function openPair(
  { open }: Pick<Revisions, 'open'>,
  { from = 'HEAD', to = WORKSPACE }: { readonly from?: string | undefined; readonly to?: string | undefined },
): Promise<Result<{ readonly from: Revision; readonly to: Revision }, Failure>> {
  const was = await open(from);
  if (!was.ok) return was;
  const now = await open(to);
  return now.ok ? ok({ from: was.value, to: now.value }) : now;
}

function ofWorkspace(workspace: Workspace, { pipeline }: LoadedPipeline): Revision {
  return {
    name: WORKSPACE,
    commit: null,
    pipeline: ok(pipeline),
    locks: snapshotOfWorkspace(workspace.layout),
    files: filesOfWorkspace(workspace),
  };
}

async function ofCommit(workspace: Workspace, git: GitRepository, name: string): Promise<Result<Revision, Failure>> {
  const tree = (await git.open(name)) ?? (await git.open(`${EXPERIMENT_REFS}${name}`));
  if (tree === undefined) return err({ code: 'unknown-revision', revision: name });
  const locks = await snapshotOfCommit(tree);
  return ok({
    name,
    commit: tree.commit,
    pipeline: await pipelineAt(workspace.layout, tree),
    locks,
    files: filesOfCommit(workspace, tree, locks),
  });
}
