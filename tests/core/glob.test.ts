import { expect, test } from 'vitest';
import { globBase, isGlob } from '../../src/core/glob.ts';

test.each(['*.csv', 'src/**/*.ts', 'a?.txt', 'data/[0-9].csv', 'x.{csv,json}', 'run-{1..3}', '!(a).csv', '+(a|b)'])(
  '%s is a glob',
  (pattern) => expect(isGlob(pattern)).toBe(true),
);

test.each(['data/raw.csv', 'a+b.csv', 'copy (1).csv', 'a@b.txt', 'wow!.md', '{x}', 'a]b'])(
  '%s is a plain path',
  (path) => expect(isGlob(path)).toBe(false),
);

test.each([
  ['src/ml/**/*.ts', 'src/ml'],
  ['*.csv', '.'],
  ['data/{a,b}/x.csv', 'data'],
  ['data/raw/x.csv', 'data/raw'],
  ['{a/b,c}/*.csv', '.'],
])('a walk for %s starts at %s', (pattern, base) => expect(globBase(pattern)).toBe(base));
