import { expect, test } from 'vitest';
import { matrixOf } from '../../src/ml/matrix.ts';
import { expectColumns, parseFeatures, renderFeatures } from '../../stages/lib/feature-file.ts';
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

test.each([
  ['a;b\n1;2\n', 'x.csv:1: cells are separated by semicolons: separate them by commas'],
  ['a,b\n1,x\n', 'x.csv:2:3: "x" is not a number'],
  ['a,b\n1,2\n1, \n', 'x.csv:3:3: " " is not a number'],
  ['a,b\n1,Infinity\n', 'x.csv:2:3: "Infinity" is not a number'],
  ['a,b\n1,2,3\n', 'x.csv:2: 3 values, expected 2'],
  ['a,b\n1,2', 'x.csv:2: the last line is cut off'],
])('%j is refused with its place', (text, message) => {
  expect(messages(parseFeatures('x.csv', text))).toEqual([message]);
});

test('a header that differs is refused where it differs', () => {
  expect(expectColumns('x.csv', ['a', 'b'], ['a', 'b'])).toMatchObject({ ok: true });
  expect(messages(expectColumns('x.csv', ['a', 'c'], ['a', 'b']))).toEqual(['x.csv:1:3: column 2 is c, expected b']);
  expect(messages(expectColumns('x.csv', ['a'], ['a', 'b']))).toEqual(['x.csv:1:3: column 2 is missing, expected b']);
  expect(messages(expectColumns('x.csv', ['a', 'b'], ['a']))).toEqual([
    'x.csv:1:3: column 2 is b, expected no more columns',
  ]);
});
