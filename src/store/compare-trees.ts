/** Finds the first file in which two copies of one path differ, and if it is text, the first line. Reads only. */
import { isUtf8 } from 'node:buffer';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { firstDifference, type TextDifference } from '../core/first-difference.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';

export interface FileDifference {
  /** Below the path compared; empty for the path itself. */
  readonly file: string;
  readonly kind: 'added' | 'removed' | 'changed' | 'mode';
  /** Of text. */
  readonly text?: TextDifference;
}

/** More is not read to show one line. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Absolute paths. Undefined: no difference that is kept. */
export function findDifference(was: string, now: string, below = ''): FileDifference | undefined {
  const [a, b] = [was, now].map((root) => lstatSync(join(root, below), { throwIfNoEntry: false }));
  if (a === undefined || b === undefined)
    return a === b ? undefined : { file: below, kind: a === undefined ? 'added' : 'removed' };
  if (a.isDirectory() && b.isDirectory()) {
    const names = [...new Set([was, now].flatMap((root) => readdirSync(join(root, below))))].sort(compareCodeUnits);
    for (const name of names) {
      const found = findDifference(was, now, below === '' ? name : `${below}/${name}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const [old, made] = [was, now].map((root) => bytesOf(join(root, below)));
  if (old === undefined || made === undefined) return a.size === b.size ? undefined : { file: below, kind: 'changed' };
  if (old.equals(made)) {
    const isSameMode = (a.mode & 0o100) === (b.mode & 0o100) || !a.isFile() || !b.isFile();
    return isSameMode ? undefined : { file: below, kind: 'mode' };
  }
  const text = isText(old) && isText(made) ? firstDifference(old.toString('utf8'), made.toString('utf8')) : undefined;
  return { file: below, kind: 'changed', ...(text && { text }) };
}

/** Of a link its text; undefined for what is too large. */
function bytesOf(path: string): Buffer | undefined {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return readlinkSync(path, 'buffer');
  return stat.isFile() && stat.size <= MAX_BYTES ? readFileSync(path) : undefined;
}

/** A person could read it. */
const isText = (bytes: Buffer): boolean => isUtf8(bytes) && !bytes.subarray(0, 8000).includes(0);
