/**
 * Walks a folder and makes its table: which files stand there, with their stamps and digests.
 *
 * Reads no file and never waits: what has to be read is asked of the caller, so that one traversal serves both the
 * sync look (which gives up at the first question) and the digest (which answers them).
 * Invariant: the table is the same whatever the earlier one said; that one only saves questions.
 */
import { isUtf8 } from 'node:buffer';
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import type { Failure } from '../core/failure.ts';
import { sameContent } from '../core/lock-entry.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { followLink, linkRow, type LinkBorders } from './digest-link.ts';
import { nameOfKind } from './digest-standing.ts';
import type { IgnoreRules } from './ignore.ts';
import { ifThere } from './read-if-there.ts';
import { isUnchanged, joinPath, StatTable, type FileRow } from './stat-index-table.ts';

export interface Walk {
  /** Root-relative path of the folder tracked: ignore rules and exclusions are spelled so. */
  readonly path: string;
  readonly ignore: IgnoreRules;
  readonly exclude: ReadonlySet<string>;
  readonly borders: LinkBorders;
  readonly was: StatTable | undefined;
}

/** 'pause': some work has been done, others may want a turn. */
export type Question = 'pause' | FileQuestion;

export interface FileQuestion {
  readonly path: string;
  /** Relative to the folder tracked. */
  readonly below: string;
  readonly stat: Stats;
  /** What was known of it before. */
  readonly earlier?: FileRow | undefined;
}

/** To a read: the row, or undefined when the file is gone. */
export type Answer = FileRow | undefined;

const ENTRIES_BETWEEN_PAUSES = 256;

export function* walkFolder(walk: Walk, real: string): Generator<Question, Result<StatTable, Failure>, Answer> {
  const table = new StatTable();
  const failure = yield* walkInto({ ...walk, table }, { below: '', real, holders: [real] });
  return failure === undefined ? ok(table) : err(failure);
}

interface Walking extends Walk {
  readonly table: StatTable;
}

interface Folder {
  /** Relative to the folder tracked. */
  readonly below: string;
  /** Where it really is: below a link that was followed this is elsewhere. */
  readonly real: string;
  /** Real paths of itself and of the folders it was reached through. */
  readonly holders: readonly string[];
}

function* walkInto(walk: Walking, folder: Folder): Generator<Question, Failure | undefined, Answer> {
  const names = listNames(folder.real);
  if (!names.ok) return refusal(walk, folder.below, names.error);
  const { table, was } = walk;
  const first = table.count;
  const earlierRow = createCursor(was, folder.below);
  const folders: Folder[] = [];
  let isAsBefore = true;
  for (const [index, name] of names.value.entries()) {
    if (index % ENTRIES_BETWEEN_PAUSES === ENTRIES_BETWEEN_PAUSES - 1) yield 'pause';
    const earlier = earlierRow(name);
    const found = look(walk, { folder, name, earlier });
    if (found === undefined) continue;
    if (found.kind === 'refused') return found.failure;
    if (found.kind === 'folder') {
      folders.push(found.folder);
      table.append(name, 'dir');
      continue;
    }
    const row = found.kind === 'row' ? found.row : yield found.question;
    if (row === undefined) continue;
    isAsBefore &&= earlier?.digest === row.digest && earlier.type === row.type;
    table.append(name, row);
  }
  const range = { first, count: table.count - first };
  for (const sub of folders) {
    const failure = yield* walkInto(walk, sub);
    if (failure !== undefined) return failure;
    isAsBefore &&= sameContent(was?.folder(sub.below)?.content, table.folder(sub.below)?.content);
  }
  const before = was?.folder(folder.below);
  // Every name is as before and there are no fewer: the node need not be written out again to know its digest.
  table.close(folder.below, range, isAsBefore && before?.count === range.count ? before.content : undefined);
  return undefined;
}

interface Name {
  readonly folder: Folder;
  readonly name: string;
  readonly earlier: FileRow | undefined;
}

type Found =
  | { readonly kind: 'row'; readonly row: FileRow }
  | { readonly kind: 'unread'; readonly question: FileQuestion }
  | { readonly kind: 'folder'; readonly folder: Folder }
  | { readonly kind: 'refused'; readonly failure: Failure };

/** What counts under one name; undefined: nothing. */
function look(walk: Walk, at: Name): Found | undefined {
  const { folder, name } = at;
  const path = joinPath(folder.real, name);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  const below = joinPath(folder.below, name);
  if (isLeftOut(walk, below, stat)) return undefined;
  if (!stat.isSymbolicLink()) return classify(walk, at, { path, below, stat });
  const link = followLink(path, walk.borders);
  const isCircle = link.kind === 'target' && folder.holders.includes(link.real);
  if (link.kind === 'text' || isCircle) return { kind: 'row', row: linkRow(path) };
  // Once more, for the rules that mean only folders.
  return isLeftOut(walk, below, link.stat)
    ? undefined
    : classify(walk, at, { path: link.real, below, stat: link.stat });
}

function classify(walk: Walk, { folder, earlier }: Name, standing: FileQuestion): Found {
  const { path, below, stat } = standing;
  if (stat.isDirectory()) return { kind: 'folder', folder: { below, real: path, holders: [...folder.holders, path] } };
  if (!stat.isFile()) {
    return { kind: 'refused', failure: refusal(walk, below, `is ${nameOfKind(stat)}, not a file or folder`) };
  }
  if (earlier !== undefined && isUnchanged(earlier, stat)) return { kind: 'row', row: earlier };
  return { kind: 'unread', question: { ...standing, earlier } };
}

function isLeftOut({ path, ignore, exclude }: Walk, below: string, stat: Stats): boolean {
  const full = path === '.' ? below : `${path}/${below}`;
  return exclude.has(full) || ignore.isIgnored(full, stat.isDirectory() ? 'dir' : 'file');
}

/** Finds rows of one folder by name, when asked in their order. */
function createCursor(table: StatTable | undefined, path: string): (name: string) => FileRow | undefined {
  const { first, count } = table?.folder(path) ?? { first: 0, count: 0 };
  let at = first;
  let next = table !== undefined && count > 0 ? table.nameAt(at) : undefined;
  return (name) => {
    while (table !== undefined && next !== undefined && next < name) {
      at += 1;
      next = at < first + count ? table.nameAt(at) : undefined;
    }
    return table === undefined || next !== name || table.isFolder(at) ? undefined : table.rowAt(at);
  };
}

/** In the order of UTF-16 code units, which is what `sort` does. A folder that has just gone is empty. */
function listNames(real: string): Result<readonly string[], string> {
  const names = (ifThere(() => readdirSync(real)) ?? []).sort();
  if (!names.some((name) => name.includes(REPLACEMENT))) return ok(names);
  const broken = readdirSync(real, 'buffer').find((name) => !isUtf8(name));
  return broken === undefined ? ok(names) : err(`holds a name that is not UTF-8: ${broken.toString('latin1')}`);
}

/** What a byte that is no UTF-8 is decoded to; also a character of its own. */
const REPLACEMENT = '\uFFFD';

function refusal({ path }: Walk, below: string, problem: string): Failure {
  const full = below === '' ? path : path === '.' ? below : `${path}/${below}`;
  return { code: 'path-refused', path: full, problem, hint: 'rename or remove it, or name it in .pipeignore' };
}
