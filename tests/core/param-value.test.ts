import { expect, test } from 'vitest';
import { decodeParam, encodeParam, paramType, renderParam, type ParamValue } from '../../src/core/param-value.ts';
import { canonicalJson } from '../../src/lib/canonical-json.ts';
import { fc } from '../support/properties.ts';

const { value } = fc.letrec<{ value: ParamValue; list: ParamValue[]; mapping: Record<string, ParamValue> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.string(),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
    fc.double(),
    tie('list'),
    tie('mapping'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  mapping: fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('int', 'float', 'map')), tie('value'), { maxKeys: 3 }),
}));

test('a value comes back from its encoding as it was, with its type', () => {
  fc.assert(
    fc.property(value, (was) => {
      expect(decodeParam(JSON.parse(JSON.stringify(encodeParam(was))))).toEqual(was);
    }),
  );
});

test('values that differ have encodings that differ', () => {
  const spelled = (v: ParamValue) => canonicalJson(encodeParam(v));
  expect(spelled(1n)).not.toBe(spelled(1));
  expect(spelled('1')).not.toBe(spelled(1n));
  expect(spelled({ int: '1' })).not.toBe(spelled(1n));
  expect(spelled({ float: '1.0' })).not.toBe(spelled(1));
  expect(spelled(0)).not.toBe(spelled(-0));
  expect(spelled(2n ** 60n)).not.toBe(spelled(2n ** 60n + 1n));
});

test.each([
  [1n, '1', 'integer'],
  [1, '1.0', 'float'],
  [0.05, '0.05', 'float'],
  [1e21, '1e+21', 'float'],
  [Number.NaN, '.nan', 'float'],
  ['gbdt', 'gbdt', 'string'],
  ['true', '"true"', 'string'],
  ['', '""', 'string'],
  [true, 'true', 'boolean'],
  [null, 'null', 'null'],
  [[2021n, 2022n], '[2021, 2022]', 'list'],
  [{ a: 1n }, '{a: 1}', 'mapping'],
] as const)('%s is shown as %s and is of type %s', (given, shown, type) => {
  expect(renderParam(given)).toBe(shown);
  expect(paramType(given)).toBe(type);
});
