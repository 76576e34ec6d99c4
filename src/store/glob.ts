/** Lists the files that a glob of the pipeline means. Knows nothing of digests; what is ignored never matches. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { globBase } from '../core/glob.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { IgnoreRules } from './ignore.ts';
import { ifThere } from './read-if-there.ts';
import { systemFailure } from './system-failure.ts';
import { createTurns } from './turns.ts';

export interface GlobOptions {
  readonly root: string;
  readonly pattern: string;
  readonly ignore: IgnoreRules;
  /** Root-relative paths (files, or folders with all below them) that never match. */
  readonly exclude: readonly string[];
}

/**
 * Sorted root-relative paths of the files that match. `*` and `**` pass over names that begin with a dot unless
 * the pattern spells the dot. A link to a file is a match; one to a folder is not entered, so circles do not exist.
 */
export async function listMatches(options: GlobOptions): Promise<Result<readonly string[], Failure>> {
  const { default: picomatch } = await import('picomatch');
  const isMatch = picomatch(options.pattern);
  try {
    const matches: string[] = [];
    const turn = createTurns();
    for (const path of walk(options, globBase(options.pattern))) {
      if (isMatch(path)) matches.push(path);
      await turn();
    }
    return ok(matches.sort(compareCodeUnits));
  } catch (error) {
    return err(systemFailure(error, { operation: 'list', path: options.pattern }));
  }
}

/** Sorted root-relative paths of the files at or below a path, by the same rules. */
export function filesBelow({ root, ignore }: Pick<GlobOptions, 'root' | 'ignore'>, path: string): readonly string[] {
  if (statSync(join(root, path), { throwIfNoEntry: false })?.isFile()) return [path];
  return [...walk({ root, pattern: '**', ignore, exclude: [] }, path)].sort(compareCodeUnits);
}

function* walk({ root, pattern, ignore, exclude }: GlobOptions, base: string): Generator<string> {
  // Without `**` nothing deeper than the pattern itself can match.
  const depth = pattern.includes('**') ? Number.POSITIVE_INFINITY : pattern.split('/').length;
  const pending = [base];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of ifThere(() => readdirSync(join(root, folder), { withFileTypes: true })) ?? []) {
      const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
      const kind = entry.isDirectory() ? 'dir' : 'file';
      if (ignore.isIgnored(path, kind) || isExcluded(path, exclude)) continue;
      if (kind === 'dir' && path.split('/').length < depth) pending.push(path);
      if (entry.isFile() || (entry.isSymbolicLink() && !isLinkToFolder(join(root, path)))) yield path;
    }
  }
}

const isExcluded = (path: string, exclude: readonly string[]): boolean =>
  exclude.some((excluded) => path === excluded || path.startsWith(`${excluded}/`));

const isLinkToFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
