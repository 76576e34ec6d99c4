/**
 * `diff`: which data changed between two revisions: cached outs and sources, by the digests of their lock entries;
 * in the workspace as they stand now. No file of an unchanged folder is looked at.
 */
import type { Failure } from '../core/failure.ts';
import type { Content } from '../core/lock-entry.ts';
import type { Pipeline } from '../core/pipeline.ts';
import type { TreeEntry } from '../core/tree.ts';
import { type DataChange, diffVersions, pairRenames, type ReadEntries } from '../core/tree-diff.ts';
import { isWithin } from '../core/claim.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { ok, type Result } from '../lib/result.ts';
import { contentOf } from './inputs.ts';
import { readEntries } from './revision-files.ts';
import { openPair, type Revision, type RevisionOptions, withRevisions } from './revision.ts';
import { typedPath } from './typed-path.ts';
import type { Workspace } from './workspace.ts';

export interface DataDiffOptions extends RevisionOptions {
  /** Default: HEAD. */
  readonly from?: string | undefined;
  /** Default: the workspace. */
  readonly to?: string | undefined;
  /** Paths as typed: what lies at or below them. */
  readonly targets?: readonly string[];
}

export interface DataDiff {
  readonly from: string;
  readonly to: string;
  /** Sorted by path. */
  readonly changes: readonly DataChange[];
}

/** Failures: no-pipeline, pipeline-invalid, no-git, unknown-revision, path-refused, system. */
export function diffData(options: DataDiffOptions): Promise<Result<DataDiff, Failure>> {
  return withRevisions(options, async (revisions) => {
    const { workspace, root } = revisions;
    const pair = await openPair(revisions, options);
    if (!pair.ok) return pair;
    const was = await dataOf(workspace, pair.value.from);
    if (!was.ok) return was;
    const now = await dataOf(workspace, pair.value.to);
    if (!now.ok) return now;
    const meant = (options.targets ?? []).flatMap((target) => typedPath({ root, cwd: options.cwd }, target) ?? []);
    const isMeant = (path: string) => meant.length === 0 || meant.some((target) => isWithin(path, target));
    const paths = [...new Set([...was.value.contents.keys(), ...now.value.contents.keys()])].sort(compareCodeUnits);
    const changes = paths.flatMap((path) => [
      ...diffVersions(path, {
        was: was.value.contents.get(path),
        now: now.value.contents.get(path),
        readWas: was.value.entries,
        readNow: now.value.entries,
      }),
    ]);
    const found = pairRenames(changes).filter(
      ({ path, from }) => isMeant(path) || (from !== undefined && isMeant(from)),
    );
    return ok({ from: pair.value.from.name, to: pair.value.to.name, changes: found });
  });
}

interface Data {
  readonly contents: ReadonlyMap<string, Content>;
  readonly entries: ReadEntries;
}

async function dataOf(workspace: Workspace, revision: Revision): Promise<Result<Data, Failure>> {
  if (revision.commit === null) return dataOfWorkspace(workspace);
  const pipeline = revision.pipeline.ok ? revision.pipeline.value : undefined;
  const isKept = pipeline === undefined ? () => true : keptPaths(pipeline);
  const { stages, sources } = revision.locks;
  const all = [...stages.flatMap(({ entry }) => entry.outs).filter(({ path }) => isKept(path)), ...sources];
  return ok({
    contents: new Map(all.map(({ path, content }) => [path, content])),
    entries: (_, { digest }) => readEntries(workspace.objects, digest),
  });
}

/** What a pipeline keeps in git instead of the cache shows in git's own diff. */
function keptPaths({ stages }: Pipeline): (path: string) => boolean {
  const cached = new Set(stages.flatMap(({ outs }) => outs.flatMap(({ path, cache }) => (cache ? [path] : []))));
  return (path) => cached.has(path);
}

async function dataOfWorkspace(workspace: Workspace): Promise<Result<Data, Failure>> {
  const { pipeline, digester } = workspace;
  const outs = pipeline.stages.flatMap((stage) => stage.outs.filter(({ cache }) => cache));
  const contents = new Map<string, Content>();
  for (const { path } of [...outs, ...pipeline.sources]) {
    const content = await contentOf(workspace, path);
    if (!content.ok) return content;
    if (content.value !== undefined) contents.set(path, content.value);
  }
  const looked = new Map<string, ReadonlyMap<string, readonly TreeEntry[]>>();
  const entries: ReadEntries = (path) => {
    const top = [...contents.keys()].find((other) => isWithin(path, other));
    if (top === undefined) return undefined;
    const nodes = looked.get(top) ?? new Map([...digester.nodes(top)].map((node) => [node.folder, node.entries]));
    looked.set(top, nodes);
    return nodes.get(path.slice(top.length + 1));
  };
  return ok({ contents, entries });
}
