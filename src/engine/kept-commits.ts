/**
 * What a remote has of commits: as `kept-contents`, from the lock entries that git keeps. Checks nothing out.
 *
 * A lock file that did not change between commits is read once, with the flags of the first commit it was seen in.
 */
import type { Failure } from '../core/failure.ts';
import type { Fingerprint } from '../core/fingerprint.ts';
import { parseLock } from '../core/lock-file.ts';
import { stageOfLockName } from '../core/lock-name.ts';
import type { Out, Pipeline } from '../core/pipeline.ts';
import { parseSourceLock } from '../core/source-lock.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { type GitRepository, type GitTree, openGitRepository } from '../store/git-tree.ts';
import { type CommitScope, revisionsIn, wantsCommits } from './commit-scope.ts';
import { type Kept, type KeptPath, keptContents } from './kept-contents.ts';
import type { LoadedPipeline } from './load.ts';
import { isKept } from './observe.ts';
import { pipelineAt } from './revision-pipeline.ts';
import { selectPaths } from './select-paths.ts';
import type { Workspace } from './workspace.ts';

export interface KeptChoice {
  /** Stages, paths of outs or sources; none: all. */
  readonly targets?: readonly string[];
  /** Besides what the workspace's lock entries name. */
  readonly commits?: CommitScope;
  /** Instead of both: what these name, as git understands them. */
  readonly revisions?: readonly string[];
}

/** Each content once. Failures: unknown-target, lock-conflict, no-git, unknown-revision. */
export async function keptAnywhere(
  loaded: LoadedPipeline,
  workspace: Workspace,
  { targets = [], commits = {}, revisions }: KeptChoice,
): Promise<Result<Kept, Failure>> {
  if (revisions !== undefined) return await keptInRevisions(loaded, workspace, { targets, revisions });
  const here = keptContents(loaded, workspace, targets);
  if (!here.ok || !wantsCommits(commits)) return here;
  const named = await revisionsIn(loaded.root, commits);
  const there = await keptInRevisions(loaded, workspace, { targets, revisions: named });
  return there.ok ? ok(sum(here.value, there.value)) : there;
}

interface Revisions {
  readonly targets: readonly string[];
  readonly revisions: readonly string[];
}

async function keptInRevisions(
  loaded: LoadedPipeline,
  workspace: Workspace,
  { targets, revisions }: Revisions,
): Promise<Result<Kept, Failure>> {
  const { root } = loaded;
  const selected = selectPaths(loaded, targets);
  if (!selected.ok) return selected;
  const git = await openGitRepository(root);
  if (git === undefined) return err({ code: 'no-git', root });
  const reading = { git, workspace, isMeant: selected.value.isMeant, seen: new Set<string>() };
  try {
    let kept: Kept = { paths: [], fingerprints: [] };
    for (const revision of revisions) {
      const tree = await git.open(revision);
      if (tree === undefined) return err({ code: 'unknown-revision', revision });
      kept = sum(kept, await keptAt(reading, tree));
    }
    return ok(kept);
  } finally {
    await git.close();
  }
}

interface Reading {
  readonly git: GitRepository;
  readonly workspace: Workspace;
  readonly isMeant: (path: string) => boolean;
  /** Ids of git's for lock files that were read. */
  readonly seen: Set<string>;
}

async function keptAt({ git, workspace, isMeant, seen }: Reading, tree: GitTree): Promise<Kept> {
  const files = [...(await tree.blobsBelow('locks'))].filter(([file, id]) => file.endsWith('.json') && !seen.has(id));
  if (files.length === 0) return { paths: [], fingerprints: [] };
  const pipeline = await pipelineAt(workspace.layout, tree);
  const declared = outsOf(pipeline.ok ? pipeline.value : undefined);
  const label = ` at ${tree.commit.hash.slice(0, 8)}`;
  const paths: KeptPath[] = [];
  const fingerprints: Fingerprint[] = [];
  for (const [file, id] of files) {
    seen.add(id);
    const text = (await git.readBlob(id))?.toString('utf8') ?? '';
    const { outs, fingerprint } = file.startsWith('locks/sources/') ? readSource(text) : readEntry(file, text);
    const meant = outs.filter(({ path, content }) => {
      const out = declared.get(path);
      return isMeant(path) && out?.push !== false && (out === undefined || isKept(out, content));
    });
    paths.push(...meant.map((out) => ({ ...out, path: `${out.path}${label}` })));
    if (fingerprint !== undefined && outs.some(({ path }) => isMeant(path))) fingerprints.push(fingerprint);
  }
  return { paths, fingerprints };
}

interface ReadLock {
  readonly outs: readonly KeptPath[];
  readonly fingerprint: Fingerprint | undefined;
}

const NOTHING: ReadLock = { outs: [], fingerprint: undefined };

function readSource(text: string): ReadLock {
  const parsed = parseSourceLock(text);
  if (parsed.kind !== 'entry') return NOTHING;
  const { path, content } = parsed.lock;
  return { outs: [{ path, stage: undefined, content }], fingerprint: undefined };
}

function readEntry(file: string, text: string): ReadLock {
  const stage = stageOfLockName(file.slice('locks/'.length, -'.json'.length));
  const parsed = parseLock(text);
  if (parsed.kind !== 'entry' || stage === undefined) return NOTHING;
  const { outs, fingerprint } = parsed.entry;
  return { outs: outs.map(({ path, content }) => ({ path, stage, content })), fingerprint };
}

const outsOf = (pipeline: Pipeline | undefined): ReadonlyMap<string, Out> =>
  new Map((pipeline?.stages ?? []).flatMap(({ outs }) => outs.map((out) => [out.path, out])));

/** What both name is known by the first one's path. */
function sum(a: Kept, b: Kept): Kept {
  const known = new Set(a.paths.map(({ content }) => content.digest));
  const paths = b.paths.filter(({ content }) => !known.has(content.digest));
  return { paths: [...a.paths, ...paths], fingerprints: [...new Set([...a.fingerprints, ...b.fingerprints])] };
}
