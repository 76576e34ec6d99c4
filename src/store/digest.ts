/**
 * What stands at a path: the digest of a file's bytes or of a folder's tree.
 *
 * Files that the stat index knows are not read again. Knows nothing of stages, outs or objects.
 * Invariant: every answer is what reading all bytes would give, with or without an index.
 */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { sameContent, type Content } from '../core/lock-entry.ts';
import type { TreeEntry } from '../core/tree.ts';
import { assertNever } from '../lib/assert-never.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import type { Digest } from '../lib/digest.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { createFileReader, fileType, type ReadFile } from './digest-file.ts';
import { walkFolder, type Answer, type FileQuestion, type Walk } from './digest-folder.ts';
import { linkContent, placeFrom } from './digest-link.ts';
import { lookAt, type Standing } from './digest-standing.ts';
import type { IgnoreRules } from './ignore.ts';
import { createStatIndex, isSettled, unbelieved, type StatIndex } from './stat-index.ts';
import { fileContent, isUnchanged, joinPath, type FileRow, type StatTable } from './stat-index-table.ts';
import { systemFailure } from './system-failure.ts';
import { createTurns } from './turns.ts';

export interface Digester {
  /**
   * Sync answer when everything is unchanged: undefined when nothing stands there, 'unknown' when bytes must
   * be read, or when a folder is so large that walking it at one go would stall the process.
   */
  peek(path: string, options?: Pick<DigestOptions, 'exclude'>): Content | undefined | 'unknown';
  /** What stands at a root-relative path now (undefined: nothing). Reads only what changed. */
  digest(path: string, options?: DigestOptions): Promise<Result<Content | undefined, Failure>>;
  /** Publishes what was learnt; call once at the end of a command. */
  save(): void;
  /** The nodes of a folder as it was last looked at, those below first. For the object store. */
  nodes(path: string): Iterable<TreeNode>;
  /** Takes over what the object store knows of a folder it has just written, before it gets its name. */
  adopt(path: string, written: WrittenFolder): void;
}

export interface DigestOptions {
  /** Root-relative paths below `path` that do not count. */
  readonly exclude?: readonly string[];
  /** Do not believe the index, read every byte. */
  readonly fresh?: boolean;
  /** Told of each file whose stamp has moved since it was last read, and whose bytes are the same. Root-relative. */
  readonly onRewritten?: (path: string) => void;
}

/** One folder of a tree. `folder` is relative to the folder asked about, itself ''. */
export interface TreeNode {
  readonly folder: string;
  readonly entries: readonly TreeEntry[];
}

export interface WrittenFolder {
  /** Absolute; nobody else knows of it yet. */
  readonly standing: string;
  readonly content: Content;
  /** Of the file at a path below the folder, verified. */
  readonly digestOf: (below: string) => Digest | undefined;
}

export interface DigesterOptions {
  /** Absolute. */
  readonly root: string;
  readonly ignore: IgnoreRules;
  /** Milliseconds; files' times are compared with it. */
  readonly now?: () => number;
}

/** Walking more at one go would be felt: 20,000 lstat are some 100 ms. */
const PEEK_ENTRIES = 20_000;

export function createDigester({ root, ignore, now = Date.now }: DigesterOptions): Digester {
  const pipe = join(realpathSync.native(root), '.pipe');
  const parts: Parts = {
    root,
    pipe,
    ignore,
    now,
    index: createStatIndex(join(root, '.pipe', 'index')),
    read: createFileReader(now),
  };
  return {
    peek(path, options = {}) {
      try {
        return peekAt(parts, path, options);
      } catch {
        return 'unknown'; // `digest` says what is wrong
      }
    },
    async digest(path, options = {}) {
      try {
        return await digestAt(parts, path, options);
      } catch (error) {
        return err(systemFailure(error, { operation: 'read', path }));
      }
    },
    save: () => parts.index.save(),
    *nodes(path) {
      const table = parts.index.folder(keyOf(path, []));
      for (const folder of table?.folders() ?? []) yield { folder, entries: table?.entries(folder) ?? [] };
    },
    adopt: (path, written) => adoptFolder(parts, path, written),
  };
}

interface Parts {
  readonly root: string;
  readonly pipe: string;
  readonly ignore: IgnoreRules;
  readonly now: () => number;
  readonly index: StatIndex;
  readonly read: ReadFile;
}

function peekAt(parts: Parts, path: string, options: DigestOptions): Content | undefined | 'unknown' {
  const standing = lookAt(placeFrom(parts.root, path), parts.pipe);
  switch (standing.kind) {
    case 'nothing':
      parts.index.setFile(path, undefined);
      return undefined;
    case 'link':
      return linkContent(placeFrom(parts.root, path));
    case 'file': {
      const row = parts.index.file(path);
      return row !== undefined && isUnchanged(row, standing.stat) ? fileContent(row) : 'unknown';
    }
    case 'dir':
      return peekFolder(parts, { path, real: standing.real, exclude: options.exclude ?? [] });
    case 'other':
      return 'unknown';
    default:
      return assertNever(standing);
  }
}

interface FolderAt {
  readonly path: string;
  readonly real: string;
  readonly exclude: readonly string[];
}

function peekFolder(parts: Parts, at: FolderAt): Content | 'unknown' {
  const key = keyOf(at.path, at.exclude);
  const was = parts.index.folder(key);
  if (was === undefined || was.count > PEEK_ENTRIES || parts.ignore.isIgnored(at.path, 'dir')) return 'unknown';
  const walk = walkFolder(walkOf(parts, at, was), at.real);
  let step = walk.next();
  while (step.done !== true && step.value === 'pause') step = walk.next();
  if (step.done !== true || !step.value.ok) return 'unknown';
  return keep(parts.index, { key, was, table: step.value.value });
}

async function digestAt(
  parts: Parts,
  path: string,
  options: DigestOptions,
): Promise<Result<Content | undefined, Failure>> {
  const standing = lookAt(placeFrom(parts.root, path), parts.pipe);
  switch (standing.kind) {
    case 'nothing':
      parts.index.setFile(path, undefined);
      return ok(undefined);
    case 'link':
      return ok(linkContent(placeFrom(parts.root, path)));
    case 'file': {
      const row = await digestFile(parts, { path, standing, options });
      // Gone, or a folder by now: look again.
      return row === undefined ? await digestAt(parts, path, options) : ok(fileContent(row));
    }
    case 'dir':
      return await digestFolder(parts, { path, real: standing.real, exclude: options.exclude ?? [] }, options);
    case 'other':
      return err({ code: 'path-refused', path, problem: `is ${standing.what}, not a file or folder` });
    default:
      return assertNever(standing);
  }
}

type FileAt = Extract<Standing, { readonly kind: 'file' }>;

async function digestFile(
  { index, read }: Parts,
  { path, standing, options }: { readonly path: string; readonly standing: FileAt; readonly options: DigestOptions },
): Promise<FileRow | undefined> {
  const known = options.fresh === true ? undefined : index.file(path);
  if (known !== undefined && isUnchanged(known, standing.stat)) return known;
  const row = await read(standing.real, standing.stat);
  if (isRewritten(known, row)) options.onRewritten?.(path);
  index.setFile(path, row);
  return row;
}

/** One that was not believed has no stamp that could have moved. */
const isRewritten = (known: FileRow | undefined, now: FileRow | undefined): boolean =>
  known !== undefined && !Number.isNaN(known.mtimeMs) && known.digest === now?.digest && known.type === now.type;

async function digestFolder(
  parts: Parts,
  at: FolderAt,
  { fresh = false, onRewritten }: DigestOptions,
): Promise<Result<Content, Failure>> {
  if (parts.ignore.isIgnored(at.path, 'dir')) return err(ignoredFailure(at.path));
  const key = keyOf(at.path, at.exclude);
  const was = fresh ? undefined : parts.index.folder(key);
  const walk = walkFolder(walkOf(parts, at, was), at.real);
  const turn = createTurns();
  let hasRead = false;
  let answer: Answer;
  for (;;) {
    const step = walk.next(answer);
    if (step.done === true) {
      if (!step.value.ok) return step.value;
      return ok(keep(parts.index, { key, was: hasRead ? undefined : was, table: step.value.value }));
    }
    if (step.value !== 'pause') {
      hasRead = true;
      const row = parts.read(step.value.path, step.value.stat);
      answer = row instanceof Promise ? await row : row;
      if (isRewritten(step.value.earlier, answer)) onRewritten?.(joinPath(at.path, step.value.below));
    }
    await turn();
  }
}

/** An index that says the same already is not written again. */
function keep(
  index: StatIndex,
  { key, was, table }: { readonly key: string; readonly was: StatTable | undefined; readonly table: StatTable },
): Content {
  const content = contentOf(table);
  if (!sameContent(content, was?.folder('')?.content)) index.setFolder(key, table);
  return content;
}

function adoptFolder(parts: Parts, path: string, { standing, content, digestOf }: WrittenFolder): void {
  const answer = ({ below, stat }: FileQuestion): Answer => {
    const digest = digestOf(below);
    if (digest === undefined) return undefined;
    const { size, mtimeMs, ctimeMs, ino } = stat;
    const row: FileRow = { type: fileType(stat), digest, size, mtimeMs, ctimeMs, ino };
    return isSettled(row, parts.now()) ? row : unbelieved(row);
  };
  const real = realpathSync.native(standing);
  const walk = walkFolder(walkOf(parts, { path, real, exclude: [] }, undefined), real);
  let step = walk.next();
  while (step.done !== true) step = walk.next(step.value === 'pause' ? undefined : answer(step.value));
  // Not the same: a rule ignores some of it by now, say. Then it is digested like anything else.
  if (step.value.ok && sameContent(contentOf(step.value.value), content)) {
    parts.index.setFolder(keyOf(path, []), step.value.value);
  }
}

function contentOf(table: StatTable): Content {
  const folder = table.folder('');
  if (folder === undefined) throw new Error('a walk that ends has closed its folder');
  return folder.content;
}

const walkOf = ({ ignore, pipe }: Parts, { path, real, exclude }: FolderAt, was: StatTable | undefined): Walk => ({
  path,
  ignore,
  exclude: new Set(exclude),
  borders: { tracked: real, pipe },
  was,
});

/** One index a folder and what is left out of it. */
const keyOf = (path: string, exclude: readonly string[]): string =>
  JSON.stringify([path, ...[...exclude].sort(compareCodeUnits)]);

const ignoredFailure = (path: string): Failure => ({
  code: 'path-refused',
  path,
  problem: 'is left out of everything, by .pipeignore or because tools keep their own things there',
  hint: 'name another folder, or take the line out of .pipeignore',
});
