import { expect, test } from 'vitest';
import { toCsvCell } from '../../src/serve/csv.ts';

test.each([
  ['=1+1', "'=1+1"],
  ['+49', "'+49"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\tx', "'\tx"],
  ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
  ['a,b', '"a,b"'],
  ['a\nb', '"a\nb"'],
  ['plain', 'plain'],
])('%j becomes %j', (text, cell) => {
  expect(toCsvCell(text)).toBe(cell);
});

test('a negative number stays a number', () => {
  expect(toCsvCell(-0.5)).toBe('-0.5');
});
