import { expect, test } from 'vitest';
import { canonicalJson, compareCodeUnits, type Json } from '../../src/lib/canonical-json.ts';
import { fc } from '../support/properties.ts';

test('keys are ordered by UTF-16 code unit: U+FFEE comes after an emoji, whose first unit is a surrogate', () => {
  expect(canonicalJson({ '\uffee': 1, '😀': 2, z: 3, ä: 4, B: 5 })).toBe('{"B":5,"z":3,"ä":4,"😀":2,"\uffee":1}');
});

test('the order in which keys were written does not show', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (record) => {
      const reversed = Object.fromEntries(Object.entries(record).reverse());
      expect(canonicalJson(reversed as Json)).toBe(canonicalJson(record as Json));
    }),
  );
});

test('what is written is JSON of the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value as Json))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s has no JSON: a bug, not a null', (value) => {
  expect(() => canonicalJson([value])).toThrow('no JSON');
});

test('comparing is a total order', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(compareCodeUnits(a, b) + compareCodeUnits(b, a)).toBe(0);
      expect(compareCodeUnits(a, b) === 0).toBe(a === b);
    }),
  );
});
