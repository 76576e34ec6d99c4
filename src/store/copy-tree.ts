/**
 * Copies what counts of a path into another place, so that what reads the copy reads what was digested:
 * ignored names are left out, links that lead out of the copied path are followed, exec bits kept.
 * Blocks are shared where the file system can do that.
 */
import {
  chmodSync,
  constants,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isWithin, realPath } from './digest-link.ts';
import type { IgnoreRules } from './ignore.ts';
import { joinPath } from './stat-index-table.ts';
import { createTurns } from './turns.ts';

export interface CopyTree {
  /** Absolute. */
  readonly root: string;
  readonly ignore: IgnoreRules;
  /** Root-relative. */
  readonly path: string;
  /** Absolute; nothing stands there. */
  readonly to: string;
}

/** Throws what the operating system says. */
export async function copyTree({ root, ignore, path, to }: CopyTree): Promise<void> {
  const turn = createTurns();
  const top = realPath(join(root, path)) ?? join(root, path);
  const pending = [{ below: '', real: top }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { below, real } = next;
    const place = join(to, below);
    const stat = lstatSync(real);
    const target = stat.isSymbolicLink() ? realPath(real) : undefined;
    if (stat.isSymbolicLink() && (target === undefined || (below !== '' && isWithin(target, top)))) {
      symlinkSync(readlinkSync(real, 'buffer'), place);
    } else if (statSync(real).isDirectory()) {
      mkdirSync(place, { recursive: true });
      for (const entry of readdirSync(real, { withFileTypes: true })) {
        const name = joinPath(below, entry.name);
        if (ignore.isIgnored(joinPath(path, name), entry.isDirectory() ? 'dir' : 'file')) continue;
        pending.push({ below: name, real: join(target ?? real, entry.name) });
      }
    } else copyFile(target ?? real, place);
    await turn();
  }
}

function copyFile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  // As a checkout has it, whatever links or modes the workspace uses: the copy is the command's own.
  chmodSync(to, (statSync(from).mode & constants.S_IXUSR) === 0 ? 0o644 : 0o755);
}
