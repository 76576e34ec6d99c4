/** Which ways a file can come out of a cache into a workspace: tried, not guessed. Leaves nothing behind. */
import { constants, copyFileSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LINK_KINDS, type LinkKind } from '../core/cache-config.ts';

/** Throws what the operating system says when the cache or the workspace cannot be written. */
export function supportedLinks(cacheDir: string, root: string): readonly LinkKind[] {
  mkdirSync(cacheDir, { recursive: true });
  const there = mkdtempSync(join(cacheDir, '.tmp-links-'));
  const here = mkdtempSync(join(root, '.pipe', '.tmp-links-'));
  try {
    writeFileSync(join(there, 'from'), 'x');
    return LINK_KINDS.filter((kind) => isPossible(kind, { from: join(there, 'from'), to: join(here, kind) }));
  } finally {
    rmSync(there, { recursive: true, force: true });
    rmSync(here, { recursive: true, force: true });
  }
}

function isPossible(kind: LinkKind, { from, to }: { readonly from: string; readonly to: string }): boolean {
  try {
    if (kind === 'reflink') copyFileSync(from, to, constants.COPYFILE_FICLONE_FORCE);
    else if (kind === 'hardlink') linkSync(from, to);
    else if (kind === 'symlink') symlinkSync(from, to);
    else copyFileSync(from, to);
    return true;
  } catch {
    return false;
  }
}
