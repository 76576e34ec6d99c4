/**
 * Which files a command missed in its private folder, as far as its last words tell: whatever it printed
 * that is the path of something in the workspace and of nothing in the private folder.
 */
import { existsSync, lstatSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { isWithin } from '../core/claim.ts';
import type { Stage } from '../core/pipeline.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';

export interface Missed {
  readonly root: string;
  readonly work: string;
  readonly stage: Stage;
  readonly lines: readonly string[];
}

/** Root-relative, sorted. */
export function undeclaredPaths({ root, work, stage, lines }: Missed): readonly string[] {
  const found = new Set<string>();
  for (const token of lines.flatMap(tokensIn)) {
    for (const base of new Set([stage.wdir, '.'])) {
      const path = relative(work, token.startsWith('/') ? token : join(work, base, token));
      if (path === '' || path.startsWith('..') || path.startsWith(`.pipe${sep}`)) continue;
      if (stage.outs.some((out) => isWithin(path, out.path))) continue; // its own, not written yet
      if (stands(join(root, path)) && !stands(join(work, path))) found.add(path.split(sep).join('/'));
    }
  }
  return [...found].sort(compareCodeUnits);
}

/** Words that may be paths: programs quote them, and put colons and brackets around them. */
function tokensIn(line: string): readonly string[] {
  const quoted = [...line.matchAll(/'([^']+)'|"([^"]+)"|`([^`]+)`/g)].map((match) => match[1] ?? match[2] ?? match[3]);
  const bare = line.split(/[\s'"`()[\]{}<>,;:=]+/).map((word) => word.replace(/\.$/, ''));
  return [...quoted, ...bare].flatMap((word) =>
    word === undefined || word === '' || word.length > 1024 ? [] : [word],
  );
}

const stands = (path: string): boolean => {
  try {
    return existsSync(path) || lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // longer than a name may be, or a file where a folder would have to be
  }
};
