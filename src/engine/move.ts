/**
 * `move`: a source goes by another name: its file or folder, its entry in pipeline.yaml, its lock and its
 * line in .gitignore. Deps that name it are the user's to change, since commands name it too.
 *
 * Killed at any instant, the file is whole at its old place or at its new one, and the same command typed
 * again ends what was begun: the entry in pipeline.yaml is changed last, the old lock goes after that.
 */
import { existsSync, statSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { sameContent } from '../core/lock-entry.ts';
import type { Source } from '../core/pipeline.ts';
import type { SourceLock } from '../core/source-lock.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { movePath } from '../store/move-path.ts';
import { listSourceLocks, removeSourceLock, writeSourceLock } from '../store/source-locks.ts';
import { checkPath } from './add.ts';
import { editPipeline, type FileEdit } from './edit-pipeline.ts';
import { loadPipeline } from './load.ts';
import { ignoreOuts } from './prepare.ts';
import { readersOf } from './remove.ts';
import { typedPath } from './typed-path.ts';
import { openWriting, underClaim, type WritingOptions } from './writing.ts';

export interface MoveOptions extends WritingOptions {
  /** As typed in `cwd`; `to` may be a folder, as with `mv`. */
  readonly from: string;
  readonly to: string;
}

export interface MoveReport {
  readonly from: string;
  readonly to: string;
  /** Stages whose deps name the old path. */
  readonly readers: readonly string[];
}

/** Failures: source-refused, edit-refused, and those of every writing verb. */
export async function move(options: MoveOptions): Promise<Result<MoveReport, Failure>> {
  const opened = await openWriting(options);
  if (!opened.ok) return opened;
  const writing = opened.value;
  const { workspace, loaded } = writing;
  const { root, layout } = workspace;
  const from = typedPath({ root, cwd: options.cwd }, options.from);
  const source = loaded.pipeline.sources.find(({ path }) => path === from);
  if (from === undefined || source === undefined)
    return err(notASource(loaded.graph.ownersOf(from ?? '')[0], options.from));
  const to = await checkPath(writing, options.cwd, destination(options));
  if (!to.ok) return to;
  const locks = listSourceLocks(layout);
  if (!locks.ok) return locks;
  const lock = locks.value.find(({ path }) => path === from);
  const wasMoved =
    !existsSync(join(root, from)) &&
    isSameLock(
      lock,
      locks.value.find(({ path }) => path === to.value),
    );
  if (existsSync(join(root, to.value)) && !wasMoved)
    return err({ code: 'source-refused', path: to.value, problem: 'is there already', hint: 'choose another name' });
  const scope = { writes: [from, to.value], reads: [] };
  const moved = await underClaim<void>(writing, { name: from, scope }, async () => {
    if (lock !== undefined) writeSourceLock(layout, { ...lock, path: to.value });
    workspace.atStep('recorded', from);
    if (existsSync(join(root, from))) movePath(join(root, from), join(root, to.value));
    workspace.atStep('moved-aside', from);
    const edited = await editPipeline(root, [entryEdit(loaded.pipeline.sources, source, to.value)]);
    if (!edited.ok) {
      if (existsSync(join(root, to.value))) movePath(join(root, to.value), join(root, from));
      removeSourceLock(layout, to.value);
      return edited;
    }
    workspace.atStep('locked', from);
    removeSourceLock(layout, from);
    return ok(undefined);
  });
  if (!moved.ok) return moved;
  const now = await loadPipeline(root);
  if (now.ok) ignoreOuts(root, now.value.pipeline);
  return ok({ from, to: to.value, readers: readersOf(loaded.pipeline, from) });
}

/** Of the same content under two names: a move that was killed in the middle. */
const isSameLock = (was: SourceLock | undefined, now: SourceLock | undefined): boolean =>
  was !== undefined && sameContent(was.content, now?.content);

/** In the file that lists it, whose paths are relative to its folder. */
function entryEdit(sources: readonly Source[], { path, place: { file } }: Source, to: string): FileEdit {
  const index = sources.filter(({ place }) => place.file === file).findIndex((source) => source.path === path);
  const value = posix.relative(posix.dirname(file), to);
  return { file, edit: { kind: 'set', path: ['sources', index], value, written: value } };
}

function destination({ cwd, from, to }: MoveOptions): string {
  // With nothing left to move into it, the folder is what was moved (see above).
  const isFolder =
    existsSync(resolve(cwd, from)) && statSync(resolve(cwd, to), { throwIfNoEntry: false })?.isDirectory();
  return isFolder ? join(to, from.replace(/\/+$/, '').split('/').at(-1) ?? from) : to;
}

function notASource(owner: string | undefined, path: string): Failure {
  if (owner === undefined)
    return { code: 'source-refused', path, problem: 'is no source', hint: 'pipeline.yaml lists them under sources:' };
  const hint = 'change its path in pipeline.yaml and in the command, and run `pipe repro`';
  return { code: 'source-refused', path, problem: `is an out of stage ${owner}, which writes it where it wants`, hint };
}
