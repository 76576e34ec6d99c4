/**
 * Paths as the user wrote them, made root-relative with `/`: the only form past this module. A dep may lie
 * outside the root: it then begins with `../`, or with `/` when it was written so.
 *
 * Pure text: follows no link and asks no disk. `.` is the root itself.
 */
import { err, ok, type Result } from '../lib/result.ts';

/** The failure is the rest of a sentence that begins with the path. */
export function resolveFromRoot(wdir: string, written: string): Result<string, string> {
  const resolved = resolveAnywhere(wdir, written);
  if (!resolved.ok || !isOutside(resolved.value)) return resolved;
  return err(
    resolved.value.startsWith('/')
      ? 'is absolute: write it relative to the pipeline'
      : "leads out of the pipeline's folder",
  );
}

/** As `resolveFromRoot`, for what may lie outside the root as well. */
export function resolveAnywhere(wdir: string, written: string): Result<string, string> {
  if (written === '') return err('is empty: write a path');
  if (written.includes('\\')) return err('has a backslash: separate folders with /');
  if (CONTROL.test(written)) return err('has a control character in it');
  if (/^[A-Za-z]:/.test(written)) return err('is absolute: write it relative to the pipeline');
  if (written.startsWith('~')) return err('starts with ~, which only a shell expands');
  const isAbsolute = written.startsWith('/');
  const segments = isAbsolute || wdir === '.' ? [] : wdir.split('/');
  for (const segment of written.split('/')) {
    if (segment === '' || segment === '.') continue;
    const isAbove = segments.length === 0 || segments.at(-1) === '..';
    if (segment !== '..') segments.push(segment);
    else if (!isAbove) segments.pop();
    else if (!isAbsolute) segments.push('..');
  }
  if (isAbsolute) return ok(`/${segments.join('/')}`);
  return ok(segments.length === 0 ? '.' : segments.join('/'));
}

/** Of a path as these functions return it. */
export const isOutside = (path: string): boolean => path === '..' || path.startsWith('../') || path.startsWith('/');

/** The path itself, then every folder around it, innermost first; the root is not listed. */
export function pathAndAncestors(path: string): readonly string[] {
  const found: string[] = [];
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) found.push(path.slice(0, end));
  return found;
}

/** Equal for two spellings that a disk which ignores case takes for one file. */
export function foldPath(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

const CONTROL = /[\u0000-\u001f\u007f]/;
