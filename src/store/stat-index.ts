/**
 * Digests of files that have not changed since they were read: `.pipe/index/`.
 *
 * A cache and nothing more: with it deleted, torn or left behind by another process every answer is the
 * same, so it is read without trust, written without waiting for the disk, and a failure to write
 * it is nobody's concern. One file for all single files, one for each folder tracked.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { digestOf } from '../lib/digest.ts';
import { lazy } from '../lib/lazy.ts';
import { publishFile } from './publish.ts';
import { StatTable, type FileRow, type Stamp } from './stat-index-table.ts';

export interface StatIndex {
  file(path: string): FileRow | undefined;
  /** Undefined: nothing stands there any more. */
  setFile(path: string, row: FileRow | undefined): void;
  /** `key` names the folder, and what of it does not count. */
  folder(key: string): StatTable | undefined;
  setFolder(key: string, table: StatTable): void;
  save(): void;
}

export function createStatIndex(directory: string): StatIndex {
  const files = lazy(() => readFiles(join(directory, 'files')));
  const folders = new Map<string, StatTable | undefined>();
  const unsaved = new Set<string>();
  let areFilesSaved = true;
  return {
    file: (path) => files().get(path),
    setFile(path, row) {
      areFilesSaved &&= row === undefined && !files().has(path);
      if (row === undefined) files().delete(path);
      else files().set(path, row);
    },
    folder(key) {
      if (!folders.has(key)) folders.set(key, readTable(folderFile(directory, key)));
      return folders.get(key);
    },
    setFolder(key, table) {
      folders.set(key, table);
      unsaved.add(key);
    },
    save() {
      if (!areFilesSaved) writeTable(join(directory, 'files'), tableOf(files()));
      areFilesSaved = true;
      for (const key of unsaved) writeTable(folderFile(directory, key), folders.get(key) ?? new StatTable());
      unsaved.clear();
    },
  };
}

/**
 * Git's rule for racily clean entries: a file changed again within the same tick of its file system's clock
 * keeps its stamp, so a stamp is believed only if it was older than one tick when reading began.
 */
export function isSettled({ mtimeMs, ctimeMs }: Stamp, readAtMs: number): boolean {
  // A clock that only knows whole seconds shows itself; Linux' own ticks are at most 10 ms.
  const tickMs = ctimeMs % 1000 === 0 ? 2500 : SETTLE_MS;
  return Math.max(mtimeMs, ctimeMs) + tickMs < readAtMs;
}

/** How long to wait until what was written just now is settled. */
export const SETTLE_MS = 20;

/** The row of a file that must be read again next time. */
export function unbelieved(row: FileRow): FileRow {
  return { ...row, mtimeMs: Number.NaN };
}

/** One folder '' whose names are root-relative paths. */
function tableOf(files: ReadonlyMap<string, FileRow>): StatTable {
  const table = new StatTable();
  for (const [path, row] of [...files].sort(([a], [b]) => compareCodeUnits(a, b))) table.append(path, row);
  return table;
}

function readFiles(file: string): Map<string, FileRow> {
  const table = readTable(file);
  const files = new Map<string, FileRow>();
  for (let at = 0; table !== undefined && at < table.count; at++) {
    if (!table.isFolder(at)) files.set(table.nameAt(at), table.rowAt(at));
  }
  return files;
}

function readTable(file: string): StatTable | undefined {
  try {
    return StatTable.decode(readFileSync(file));
  } catch {
    return undefined; // absent, unreadable, too large: only work is lost
  }
}

function writeTable(file: string, table: StatTable): void {
  try {
    publishFile(file, table.encode(), { durable: false });
  } catch {
    // A full or read-only disk: the next command reads a little more.
  }
}

const folderFile = (directory: string, key: string): string => join(directory, digestOf(key).slice(0, 32));
