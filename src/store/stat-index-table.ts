/**
 * What was digested below one folder: for every file its stamp and its digest, for every folder
 * the digest of its node. Knows nothing of the file system or of when a stamp may be believed.
 *
 * Rows of a folder are contiguous, sorted by name; those of the folders below it follow. In a file
 * the table stands behind its own SHA-256: a torn file, or another program's, is no table.
 */
import type { Content } from '../core/lock-entry.ts';
import { treeContent, type TreeEntry } from '../core/tree.ts';
import { digestOf, type Digest } from '../lib/digest.ts';
import { Rows } from './stat-index-rows.ts';

/** The part of a file's stat that changes when its bytes do. NaN as a time: not to be believed. */
export interface Stamp {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

export interface FileRow extends Stamp {
  readonly type: Exclude<Content['type'], 'dir'>;
  readonly digest: Digest;
}

/** Where a folder's rows are. */
export interface RowRange {
  readonly first: number;
  readonly count: number;
}

interface Folder extends RowRange {
  readonly content: Content;
}

const TYPES = ['file', 'exec', 'symlink', 'dir'] as const;
const DIR = TYPES.indexOf('dir');
const MAGIC = Buffer.from('pipe-ix1');
const HEADER_BYTES = MAGIC.length + 32;

export class StatTable {
  readonly #rows: Rows;
  /** By path relative to the folder tracked, itself ''; those below come before what holds them. */
  readonly #folders: Map<string, Folder>;

  constructor(rows: Rows = new Rows(), folders: ReadonlyMap<string, Folder> = new Map()) {
    this.#rows = rows;
    this.#folders = new Map(folders);
  }

  static decode(file: Buffer): StatTable | undefined {
    if (file.length < HEADER_BYTES || !MAGIC.equals(file.subarray(0, MAGIC.length))) return undefined;
    // A copy of its own, so that the columns of numbers begin where the machine wants them.
    const body = new Uint8Array(file.subarray(HEADER_BYTES));
    if (file.toString('hex', MAGIC.length, HEADER_BYTES) !== digestOf(body)) return undefined;
    const files = Rows.decode(body);
    const folders = files && Rows.decode(body.subarray(files.length));
    return folders && new StatTable(files.rows, readFolders(folders.rows));
  }

  encode(): Buffer {
    const folders = new Rows();
    for (const [name, { first, count, content }] of this.#folders)
      folders.append({ name, type: DIR, numbers: [first, count, content.size, content.files], digest: content.digest });
    const body = Buffer.concat([this.#rows.encode(), folders.encode()]);
    return Buffer.concat([MAGIC, Buffer.from(digestOf(body), 'hex'), body]);
  }

  get count(): number {
    return this.#rows.count;
  }

  folders(): Iterable<string> {
    return this.#folders.keys();
  }

  folder(path: string): Folder | undefined {
    return this.#folders.get(path);
  }

  /** A folder has only its name among the rows. */
  append(name: string, row: FileRow | 'dir'): void {
    if (row === 'dir') return this.#rows.append({ name, type: DIR, numbers: [], digest: undefined });
    const { type, size, mtimeMs, ctimeMs, ino, digest } = row;
    this.#rows.append({ name, type: TYPES.indexOf(type), numbers: [size, mtimeMs, ctimeMs, ino], digest });
  }

  /** Ends a folder, when all folders below it have ended; `content` when it is known already. */
  close(path: string, range: RowRange, content?: Content): Content {
    const folder = { ...range, content: content ?? treeContent(this.#entriesIn(path, range)) };
    this.#folders.set(path, folder);
    return folder.content;
  }

  /** Of a folder that has ended. */
  entries(path: string): readonly TreeEntry[] {
    const folder = this.#folders.get(path);
    return folder === undefined ? [] : this.#entriesIn(path, folder);
  }

  nameAt(at: number): string {
    return this.#rows.nameAt(at);
  }

  isFolder(at: number): boolean {
    return this.#rows.typeAt(at) === DIR;
  }

  rowAt(at: number): FileRow {
    const type = TYPES[this.#rows.typeAt(at)];
    if (type === undefined || type === 'dir') throw new Error('a folder has no stamp');
    const rows = this.#rows;
    const [size, mtimeMs, ctimeMs, ino] = [
      rows.numberAt(at, 0),
      rows.numberAt(at, 1),
      rows.numberAt(at, 2),
      rows.numberAt(at, 3),
    ];
    return { type, size, mtimeMs, ctimeMs, ino, digest: rows.digestAt(at) };
  }

  #entriesIn(path: string, { first, count }: RowRange): readonly TreeEntry[] {
    const entries: TreeEntry[] = [];
    for (let at = first; at < first + count; at++) {
      const name = this.nameAt(at);
      const content = this.isFolder(at)
        ? this.#folders.get(joinPath(path, name))?.content
        : fileContent(this.rowAt(at));
      // Empty folders are dropped, as git does: whether a tool leaves one behind must not matter.
      if (content !== undefined && content.files > 0) entries.push({ name, ...content });
    }
    return entries;
  }
}

/** What a row says of its file. */
export function fileContent({ type, digest, size }: FileRow): Content {
  return { type, digest, size, files: 1 };
}

/** Whether the file that has this stamp now is the one that was digested. */
export function isUnchanged(row: Stamp, now: Stamp): boolean {
  const isSameTime = row.mtimeMs === now.mtimeMs && row.ctimeMs === now.ctimeMs;
  return isSameTime && row.size === now.size && row.ino === now.ino;
}

/** Below the folder tracked, which is ''. */
export const joinPath = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

function readFolders(rows: Rows): ReadonlyMap<string, Folder> {
  const folders = new Map<string, Folder>();
  for (let at = 0; at < rows.count; at++) {
    const content: Content = {
      type: 'dir',
      digest: rows.digestAt(at),
      size: rows.numberAt(at, 2),
      files: rows.numberAt(at, 3),
    };
    folders.set(rows.nameAt(at), { first: rows.numberAt(at, 0), count: rows.numberAt(at, 1), content });
  }
  return folders;
}
