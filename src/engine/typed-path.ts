/** A path as somebody typed it in some folder, made root-relative. */
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** Undefined when it leads out of the root. */
export function typedPath(
  { root, cwd }: { readonly root: string; readonly cwd: string },
  typed: string,
): string | undefined {
  const path = relative(root, resolve(cwd, typed));
  if (path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)) return undefined;
  return path === '' ? '.' : path.split(sep).join('/');
}
