import { expect, test } from 'vitest';
import { matrixOf } from '../../src/ml/matrix.ts';
import { arrangeColumns, expectColumns, parseFeatures, renderFeatures } from '../../stages/lib/feature-file.ts';
import { renderProblem, type Checked } from '../../stages/lib/problem.ts';
import { fc } from '../support/properties.ts';

const messages = (checked: Checked<unknown>) => (checked.ok ? [] : checked.error.map(renderProblem));
const value = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.constant(Number.NaN)).map((number) => number + 0);

test('what is written is read again, missing values and all digits included', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 1 }), (rows) => {
      const table = { columns: ['a', 'b'], matrix: matrixOf(rows) };
      expect(parseFeatures('x.csv', renderFeatures(table))).toEqual({ ok: true, value: table });
    }),
  );
});

test('cells may be quoted, missing values and booleans written as pandas does', () => {
  const read = parseFeatures('x.csv', '"a","b"\r\n"1",NaN\r\nTrue,2.0\r\nFalse,""\r\n');
  expect(read).toEqual({
    ok: true,
    value: {
      columns: ['a', 'b'],
      matrix: matrixOf([
        [1, Number.NaN],
        [1, 2],
        [0, Number.NaN],
      ]),
    },
  });
});

test('the index of pandas, empty lines at the end and every spelling of a missing value are understood', () => {
  const read = parseFeatures('x.csv', ',a,b\n0,1,NA\n1,<NA>,null\n2,None,4\n\n\n');
  expect(read).toEqual({
    ok: true,
    value: {
      columns: ['a', 'b'],
      matrix: matrixOf([
        [1, Number.NaN],
        [Number.NaN, Number.NaN],
        [Number.NaN, 4],
      ]),
    },
  });
});

test('columns in another order are found by name, other columns stay as they are', () => {
  const table = { columns: ['b', 'a'], matrix: matrixOf([[1, 2]]) };
  expect(arrangeColumns(table, ['a', 'b'])).toEqual({ columns: ['a', 'b'], matrix: matrixOf([[2, 1]]) });
  for (const expected of [['a', 'c'], ['b'], ['a', 'b', 'c']]) expect(arrangeColumns(table, expected)).toBe(table);
});

test.each([
  ['a;b\n1;2\n', 'x.csv:1: cells are separated by semicolons: separate them by commas'],
  ['a,b\n1,x\n', 'x.csv:2:3: "x" is not a number'],
  ['a,b\n1,2\n1, \n', 'x.csv:3:3: " " is not a number'],
  ['a,b\n1,Infinity\n', 'x.csv:2:3: "Infinity" is not a number'],
  ['a,b\n1,2,3\n', 'x.csv:2: 3 values, expected 2'],
  ['a,b\n1,2', 'x.csv:2: the last line does not end: it may be cut off (if it is whole, end it)'],
])('%j is refused with its place', (text, message) => {
  expect(messages(parseFeatures('x.csv', text))).toEqual([message]);
});

test('a header that differs is refused where it differs', () => {
  expect(expectColumns('x.csv', ['a', 'b'], ['a', 'b'])).toMatchObject({ ok: true });
  expect(messages(expectColumns('x.csv', ['a', 'c'], ['a', 'b']))).toEqual(['x.csv:1:3: column 2 is c, expected b']);
  expect(messages(expectColumns('x.csv', ['a'], ['a', 'b']))).toEqual(['x.csv:1:3: column 2 is missing, expected b']);
  expect(messages(expectColumns('x.csv', ['a', 'c'], ['a', 'b', 'c']))).toEqual([
    'x.csv:1:3: column b is missing before c',
  ]);
  expect(messages(expectColumns('x.csv', ['a', 'b'], ['a']))).toEqual([
    'x.csv:1:3: column 2 is b, expected no more columns',
  ]);
});
