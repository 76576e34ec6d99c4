/**
 * A folder as a Merkle tree: one node per folder, named by the SHA-256 of its text.
 *
 * Pure. The text is hashed and kept as an object, so it has one spelling: one line an entry, a
 * canonical JSON array `["name","type","digest",size]`, a folder's with its number of files as a
 * fifth member; lines sorted by the name's UTF-16 code units, each ended by a line feed.
 * Invariant: `renderTree(parseTree(text))` is `text`, and a text that breaks a rule does not parse.
 */
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { digestOf, isDigest } from '../lib/digest.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { Content } from './lock-entry.ts';

/** One name in a folder and what stands there. Size and files as in `Content`; of a symlink, its text's bytes. */
export interface TreeEntry extends Content {
  readonly name: string;
}

/** Takes entries in any order; two of one name are a bug. */
export function renderTree(entries: readonly TreeEntry[]): string {
  const sorted = isSorted(entries) ? entries : [...entries].sort((a, b) => compareCodeUnits(a.name, b.name));
  let text = '';
  // In pieces: the lines of a million entries at once would take as much memory again.
  for (let at = 0; at < sorted.length; at += PIECE) {
    text += sorted
      .slice(at, at + PIECE)
      .map(renderEntry)
      .join('');
  }
  return text;
}

/** The folder that holds these entries. */
export function treeContent(entries: readonly TreeEntry[]): Content {
  return {
    type: 'dir',
    digest: digestOf(renderTree(entries)),
    size: entries.reduce((sum, { size }) => sum + size, 0),
    files: entries.reduce((sum, { files }) => sum + files, 0),
  };
}

/** What is wrong, when it is not a text that `renderTree` could have written. */
export function parseTree(text: string): Result<readonly TreeEntry[], string> {
  if (text === '') return ok([]);
  if (!text.endsWith('\n')) return err('the last line is not complete');
  const entries: TreeEntry[] = [];
  for (const [index, line] of text.slice(0, -1).split('\n').entries()) {
    const entry = parseEntry(line);
    if (entry === undefined) return err(`line ${index + 1} is no entry`);
    const previous = entries.at(-1);
    if (previous !== undefined && previous.name >= entry.name) return err(`line ${index + 1} is out of order`);
    entries.push(entry);
  }
  return ok(entries);
}

/** Whether a folder can hold such a name. Keeps a node from a remote from writing outside its folder. */
export function isEntryName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name) && !/\p{Surrogate}/u.test(name);
}

const PIECE = 4096;

const isSorted = (entries: readonly TreeEntry[]): boolean =>
  entries.every(({ name }, at) => at === 0 || (entries[at - 1]?.name ?? '') < name);

function renderEntry({ name, type, digest, size, files }: TreeEntry): string {
  const count = type === 'dir' ? `,${files}` : '';
  return `[${JSON.stringify(name)},"${type}","${digest}",${size}${count}]\n`;
}

function parseEntry(line: string): TreeEntry | undefined {
  const row = parseJsonArray(line);
  if (row === undefined) return undefined;
  const [name, type, digest, size, files = 1] = row;
  if (typeof name !== 'string' || !isEntryName(name) || !isType(type) || !isDigest(digest)) return undefined;
  if (!isCount(size) || !isCount(files)) return undefined;
  const entry = { name, type, digest, size, files };
  // One spelling: `1e3`, spaces or a needless fifth member would give one folder two digests.
  return renderEntry(entry) === `${line}\n` ? entry : undefined;
}

function parseJsonArray(line: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isType = (value: unknown): value is Content['type'] =>
  value === 'file' || value === 'exec' || value === 'dir' || value === 'symlink';

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
