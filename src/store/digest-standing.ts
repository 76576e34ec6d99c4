/** What kind of thing stands at a path, its links followed. Reads no content and keeps nothing. */
import { lstatSync, type Stats } from 'node:fs';
import { followLink, realPath } from './digest-link.ts';

export type Standing =
  | { readonly kind: 'nothing' }
  /** A broken link: its text is all there is. */
  | { readonly kind: 'link' }
  | { readonly kind: 'file'; readonly real: string; readonly stat: Stats }
  /** `real` without links, so that what is below can be told from what is not. */
  | { readonly kind: 'dir'; readonly real: string }
  | { readonly kind: 'other'; readonly what: string };

/** `pipe` as in `LinkBorders`. Throws what the operating system says. */
export function lookAt(path: string, pipe: string): Standing {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return { kind: 'nothing' };
  if (!stat.isSymbolicLink()) return classify(path, stat);
  const link = followLink(path, { tracked: undefined, pipe });
  return link.kind === 'text' ? { kind: 'link' } : classify(link.real, link.stat);
}

/** For a sentence: `is a named pipe`. */
export function nameOfKind(stat: Stats): string {
  if (stat.isFIFO()) return 'a named pipe';
  return stat.isSocket() ? 'a socket' : 'a device';
}

function classify(path: string, stat: Stats): Standing {
  if (stat.isFile()) return { kind: 'file', real: path, stat };
  if (!stat.isDirectory()) return { kind: 'other', what: nameOfKind(stat) };
  const real = realPath(path);
  return real === undefined ? { kind: 'nothing' } : { kind: 'dir', real };
}
