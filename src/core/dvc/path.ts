/**
 * A path as it stands in a file of DVC's: relative to the stage's folder, with backslashes on Windows,
 * absolute, or an address. Says what pipe can make of it. Pure.
 */
import { resolveAnywhere, resolveFromRoot } from '../root-path.ts';

export type DvcPath =
  | {
      readonly kind: 'path';
      /** Root-relative. */
      readonly path: string;
      /** As pipe takes it, from the same folder; often what was written. */
      readonly written: string;
    }
  | { readonly kind: 'url'; readonly url: string }
  /** `why` goes on a sentence that begins with the path. */
  | { readonly kind: 'refused'; readonly why: string };

export interface PathIn {
  /** Root-relative folder that the path starts from. */
  readonly folder: string;
  /** The root's absolute path, with `/`. */
  readonly root: string;
  /** A dep may lie outside the project. */
  readonly isDep?: boolean;
}

export function readDvcPath(raw: string, { folder, root, isDep = false }: PathIn): DvcPath {
  const [, scheme] = /^([a-z][a-z0-9+.-]+):\/\//i.exec(raw) ?? [];
  if (scheme !== undefined)
    return /^https?$/i.test(scheme)
      ? { kind: 'url', url: raw }
      : { kind: 'refused', why: SCHEMES[scheme] ?? ELSEWHERE };
  const written = raw.replaceAll('\\', '/');
  if (written.startsWith(`${root}/`)) {
    const path = written.slice(root.length + 1);
    const resolved = resolveFromRoot('.', path);
    if (resolved.ok) return { kind: 'path', path: resolved.value, written: relativeTo(folder, resolved.value) };
  }
  const resolved = (isDep ? resolveAnywhere : resolveFromRoot)(folder, written);
  if (!resolved.ok) return { kind: 'refused', why: resolved.error };
  return { kind: 'path', path: resolved.value, written };
}

const ELSEWHERE = 'is outside of the project: pipe tracks what lies in it, and http(s) addresses';
const SCHEMES: Readonly<Record<string, string>> = {
  remote: "is an address in one of DVC's remotes",
  ds: 'is a dataset of DVC Studio',
};

function relativeTo(folder: string, path: string): string {
  const from = folder === '.' ? [] : folder.split('/');
  const to = path.split('/');
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared += 1;
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/');
}
