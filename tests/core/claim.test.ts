import { expect, test } from 'vitest';
import { conflicts } from '../../src/core/claim.ts';

const scope = (writes: readonly string[], reads: readonly string[] = []) => ({ writes, reads });

test.each([
  ['the same path written twice', scope(['a']), scope(['a']), true],
  ['a folder and a file in it', scope(['data']), scope(['data/x.csv']), true],
  ['one reads what the other writes', scope(['a']), scope(['b'], ['a']), true],
  ['one reads inside what the other writes', scope(['data']), scope(['b'], ['data/x.csv']), true],
  ['two readers of one path', scope(['b'], ['a']), scope(['c'], ['a']), false],
  ['names that only begin alike', scope(['data']), scope(['data2']), false],
  ['nothing in common', scope(['a']), scope(['b']), false],
])('%s', (_, a, b, expected) => {
  expect(conflicts(a, b)).toBe(expected);
  expect(conflicts(b, a)).toBe(expected);
});
