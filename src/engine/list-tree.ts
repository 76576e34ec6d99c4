/** `ls`: what a revision holds: files that git keeps, and outs and sources that the cache keeps. Reads only. */
import { isWithin } from '../core/claim.ts';
import type { Failure } from '../core/failure.ts';
import type { Content } from '../core/lock-entry.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { ObjectStore } from '../store/objects.ts';
import { contentBelow, type Recorded, readEntries, recordedAt } from './revision-files.ts';
import { type Revision, type RevisionOptions, type Revisions, withRevisions, WORKSPACE } from './revision.ts';
import { typedPath } from './typed-path.ts';

export interface ListOptions extends RevisionOptions {
  /** A revision, a path, or both in this order; default: all of the workspace. */
  readonly operands?: readonly string[];
  /** With all that is below. */
  readonly recursive?: boolean;
}

export interface ListedEntry {
  /** Root-relative. */
  readonly path: string;
  readonly type: Content['type'];
  /** Who keeps its content. `both`: a folder that holds some of each. */
  readonly kept: 'git' | 'cache' | 'both';
  /** Of what the cache keeps: the stage that made it, unless it is a source. */
  readonly stage?: string;
  readonly digest?: string;
  readonly size?: number;
  /** Of a folder in the cache. */
  readonly files?: number;
}

export interface Listing {
  readonly revision: string;
  readonly path: string;
  /** Sorted by path. */
  readonly entries: readonly ListedEntry[];
}

/** Failures: no-pipeline, pipeline-invalid, no-git, unknown-revision, not-in-revision. */
export function listTree(options: ListOptions): Promise<Result<Listing, Failure>> {
  return withRevisions(options, async (revisions) => {
    const chosen = await choose(revisions, options);
    if (!chosen.ok) return chosen;
    const { revision, path } = chosen.value;
    const listed = await listAt(revisions, revision, path);
    if (listed.length === 0) return err({ code: 'not-in-revision', path, revision: revision.name });
    if (options.recursive !== true) return ok({ revision: revision.name, path, entries: listed });
    const entries = await withBelow(revisions, revision, listed, path);
    return ok({ revision: revision.name, path, entries });
  });
}

interface Chosen {
  readonly revision: Revision;
  readonly path: string;
}

/** One word alone is a path where there is such a thing in the workspace, and a revision otherwise. */
async function choose(revisions: Revisions, { cwd, operands = [] }: ListOptions): Promise<Result<Chosen, Failure>> {
  const { root, open } = revisions;
  const [first, second] = operands;
  const here = await open(WORKSPACE);
  if (!here.ok) return here;
  const pathOf = (typed: string) => typedPath({ root, cwd }, typed) ?? '.';
  if (first === undefined) return ok({ revision: here.value, path: pathOf('.') });
  if (second === undefined && (await listAt(revisions, here.value, pathOf(first))).length > 0)
    return ok({ revision: here.value, path: pathOf(first) });
  const revision = await open(first);
  return revision.ok ? ok({ revision: revision.value, path: pathOf(second ?? '.') }) : revision;
}

/** What stands directly in a folder, or the one file that was named. */
async function listAt({ workspace }: Revisions, revision: Revision, path: string): Promise<readonly ListedEntry[]> {
  const found = new Map<string, ListedEntry>();
  for (const { name, type } of await revision.files.kept(path)) {
    const at = name === '' ? path : join(path, name);
    found.set(at, { path: at, type, kept: 'git' });
  }
  const recorded = recordedAt(revision.locks, path);
  if (recorded !== undefined)
    for (const entry of entriesOf(workspace.objects, recorded, path)) found.set(entry.path, entry);
  for (const out of recordedBelow(revision, path)) {
    const [name = ''] = (path === '.' ? out.path : out.path.slice(path.length + 1)).split('/');
    const at = join(path, name);
    const other = found.get(at);
    if (at === out.path) found.set(at, out);
    else
      found.set(at, { path: at, type: 'dir', kept: other === undefined || other.kept === 'cache' ? 'cache' : 'both' });
  }
  return [...found.values()].sort((a, b) => compareCodeUnits(a.path, b.path));
}

function entriesOf(objects: ObjectStore, { content, below, stage }: Recorded, path: string): readonly ListedEntry[] {
  const standing = contentBelow(objects, content, below);
  if (standing === undefined || 'lost' in standing) return [];
  if (standing.type !== 'dir') return [toEntry(path, standing, stage)];
  const entries = readEntries(objects, standing.digest) ?? [];
  return entries.map((entry) => toEntry(join(path, entry.name), entry, stage));
}

function recordedBelow({ locks, pipeline }: Revision, path: string): readonly ListedEntry[] {
  const known = pipeline.ok ? new Set(pipeline.value?.stages.map(({ name }) => name)) : undefined;
  const outs = locks.stages
    .filter(({ stage }) => known?.has(stage) ?? true)
    .flatMap(({ stage, entry }) => entry.outs.map((out) => toEntry(out.path, out.content, stage)));
  const sources = locks.sources.map((source) => toEntry(source.path, source.content, undefined));
  return [...outs, ...sources].filter((out) => out.path !== path && isWithin(out.path, path));
}

function toEntry(path: string, { type, digest, size, files }: Content, stage: string | undefined): ListedEntry {
  return {
    path,
    type,
    kept: 'cache',
    digest,
    size,
    ...(type === 'dir' && { files }),
    ...(stage !== undefined && { stage }),
  };
}

async function withBelow(
  revisions: Revisions,
  revision: Revision,
  listed: readonly ListedEntry[],
  path: string,
): Promise<readonly ListedEntry[]> {
  const all: ListedEntry[] = [];
  for (const entry of listed) {
    all.push(entry);
    if (entry.type !== 'dir' || entry.path === path) continue;
    all.push(...(await withBelow(revisions, revision, await listAt(revisions, revision, entry.path), entry.path)));
  }
  return all;
}

const join = (folder: string, name: string): string => (folder === '.' ? name : `${folder}/${name}`);
