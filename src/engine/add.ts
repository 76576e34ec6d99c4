/**
 * `add`: files and folders that no stage makes, tracked by content. Again on one that is tracked: its
 * content as it is now.
 *
 * Order: objects, then the lock, then pipeline.yaml, then .gitignore: killed in between, the data stands where
 * it stood, and the same command finishes the work.
 */
import type { Failure } from '../core/failure.ts';
import { sameContent } from '../core/lock-entry.ts';
import type { SourceLock } from '../core/source-lock.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { trackedFiles } from '../store/git-files.ts';
import { listSourceLocks, writeSourceLock } from '../store/source-locks.ts';
import { editPipeline } from './edit-pipeline.ts';
import { contentOf } from './inputs.ts';
import { loadPipeline } from './load.ts';
import { ignoreOuts } from './prepare.ts';
import { typedPath } from './typed-path.ts';
import { openWriting, underClaim, type Writing, type WritingOptions } from './writing.ts';

export interface AddOptions extends WritingOptions {
  /** As typed in `cwd`. */
  readonly paths: readonly string[];
  /** Where they were imported from: without credentials. */
  readonly from?: string;
}

export interface AddReport {
  readonly added: readonly SourceLock[];
  /** Tracked before, and other content now. */
  readonly updated: readonly SourceLock[];
  readonly unchanged: readonly SourceLock[];
}

/** All paths are checked before the first is added. Failures: source-refused, edit-refused, path-refused, system … */
export async function add(options: AddOptions): Promise<Result<AddReport, Failure>> {
  const opened = await openWriting(options);
  if (!opened.ok) return opened;
  const writing = opened.value;
  const { root, layout } = writing.workspace;
  const paths: string[] = [];
  for (const typed of options.paths) {
    const path = await checkPath(writing, options.cwd, typed);
    if (!path.ok) return path;
    paths.push(path.value);
  }
  const known = listSourceLocks(layout);
  if (!known.ok) return known;
  const report: Record<keyof AddReport, SourceLock[]> = { added: [], updated: [], unchanged: [] };
  for (const path of new Set(paths)) {
    const lock = await addSource(writing, path, options.from);
    if (!lock.ok) return lock;
    const was = known.value.find((other) => other.path === path);
    const group = was === undefined ? 'added' : sameContent(was.content, lock.value.content) ? 'unchanged' : 'updated';
    report[group].push(lock.value);
  }
  const listed = await listInPipeline(writing, paths);
  if (!listed.ok) return listed;
  writing.workspace.digester.save();
  const now = await loadPipeline(root);
  if (now.ok) ignoreOuts(root, now.value.pipeline);
  return ok(report);
}

/** Root-relative. */
export async function checkPath(
  { workspace, loaded }: Writing,
  cwd: string,
  typed: string,
): Promise<Result<string, Failure>> {
  const refuse = (problem: string, hint?: string) =>
    err({ code: 'source-refused', path: typed, problem, ...(hint && { hint }) } as const);
  const path = typedPath({ root: workspace.root, cwd }, typed);
  if (path === undefined) return refuse("is not in the pipeline's folder");
  if (path === '.' || /^(\.git|\.pipe|locks)(\/|$)/.test(path))
    return refuse('is no data: it is kept by git or by pipe');
  if (path === 'pipeline.yaml') return refuse('is the pipeline itself: git keeps it');
  const [owner] = loaded.graph.ownersOf(path);
  if (owner !== undefined) return refuse(`is made by stage ${owner}`, 'what a stage makes is tracked already');
  const around = loaded.pipeline.sources.find(
    (source) => path.startsWith(`${source.path}/`) || source.path.startsWith(`${path}/`),
  );
  if (around !== undefined)
    return refuse(`overlaps with the source ${around.path}`, `\`pipe add ${around.path}\` takes it along`);
  const tracked = await trackedFiles(workspace.root, [path]);
  if (tracked !== undefined && tracked.length > 0)
    return refuse(
      'is tracked by git, which would keep it twice',
      `\`git rm -r --cached ${path}\` leaves the file, and takes it out of git`,
    );
  return ok(path);
}

function addSource(writing: Writing, path: string, from: string | undefined): Promise<Result<SourceLock, Failure>> {
  const { workspace } = writing;
  return underClaim<SourceLock>(writing, { name: path, scope: { writes: [path], reads: [] } }, async () => {
    const content = await contentOf(workspace, path);
    if (!content.ok) return content;
    if (content.value === undefined) return err({ code: 'source-refused', path, problem: 'is not there' });
    const stored = await workspace.objects.store(path, content.value);
    if (!stored.ok) return stored;
    const lock = { path, content: content.value, ...(from !== undefined && { from }) };
    writeSourceLock(workspace.layout, lock);
    return ok(lock);
  });
}

function listInPipeline({ loaded }: Writing, paths: readonly string[]): Promise<Result<void, Failure>> {
  const listed = new Set(loaded.pipeline.sources.map(({ path }) => path));
  const missing = [...new Set(paths)].filter((path) => !listed.has(path));
  const edits = missing.map((path) => ({
    file: 'pipeline.yaml',
    edit: { kind: 'append', path: ['sources'], value: path } as const,
  }));
  return editPipeline(loaded.root, edits);
}
