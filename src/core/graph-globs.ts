/**
 * Which outs of other stages a glob may match once they are there.
 *
 * Nobody knows yet whether an out will be a folder, nor what will be in it: one that may hold
 * matches counts. A name with a suffix is taken for a file, unless the glob itself goes through it.
 */
import picomatch from 'picomatch';
import { globBase } from './glob.ts';
import type { Owned, Owners } from './graph-owners.ts';

export type GlobOwners = (pattern: string) => readonly Owned[];

export function createGlobOwners(owners: Owners): GlobOwners {
  const known = new Map<string, readonly Owned[]>();
  return (pattern) => {
    const found = known.get(pattern) ?? ownersOfMatches(owners, pattern);
    known.set(pattern, found);
    return found;
  };
}

function ownersOfMatches(owners: Owners, pattern: string): readonly Owned[] {
  const base = globBase(pattern);
  const around = base === '.' ? undefined : owners.around(base);
  const literal = pattern.slice(0, pattern.search(/[*?[\]{}()!+@\\]/));
  const mayMatch = createMatcher(pattern);
  const within = owners.startingWith(literal).filter(({ path }) => mayMatch(path));
  return around === undefined ? within : [around, ...within];
}

function createMatcher(pattern: string): (out: string) => boolean {
  const whole = picomatch(pattern, { dot: true });
  // A slash inside braces or parentheses has no segments to compare: any out at the base may hold a match.
  if (/[{(][^})]*\//.test(pattern)) return () => true;
  const segments = pattern.split('/').map((text) => ({ text, matches: picomatch(text, { dot: true }) }));
  return (out) => {
    if (whole(out)) return true;
    const names = out.split('/');
    for (const [index, name] of names.entries()) {
      const segment = segments[index];
      if (segment === undefined) return false;
      if (segment.text === '**') return !/.\.[^.]+$/.test(names.at(-1) ?? '');
      if (!segment.matches(name)) return false;
    }
    return names.length < segments.length;
  };
}
