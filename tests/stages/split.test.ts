import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashShare, holdoutOf } from '../../stages/lib/split.ts';
import { fc } from '../support/properties.ts';

const split = { method: 'hash', salt: 'accidents-1', fraction: 0.3, key: 'accident number' } as const;
const accidents = (count: number) => Array.from({ length: count }, (_, i) => `2024${String(i).padStart(8, '0')}`);

test('the share is the first eight bytes of SHA-256 of salt and key, over 2^64', () => {
  const bytes = createHash('sha256').update('accidents-1202400000001').digest();
  expect(hashShare('accidents-1', '202400000001')).toBe(Number(bytes.readBigUInt64BE(0)) / 2 ** 64);
});

test('a row stays on its side whatever other rows there are', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), fc.array(fc.string()), (keys, more) => {
      expect(holdoutOf(split, [...keys, ...more]).slice(0, keys.length)).toEqual(holdoutOf(split, keys));
    }),
  );
});

test('a larger holdout holds the smaller one', () => {
  const keys = accidents(500);
  const small = holdoutOf(split, keys);
  const large = holdoutOf({ ...split, fraction: 0.4 }, keys);
  expect(small.filter((isHeld, i) => isHeld && large[i] === false)).toEqual([]);
});

test('about the wanted share is held, and another salt holds other rows', () => {
  const held = holdoutOf(split, accidents(10_000));
  const other = holdoutOf({ ...split, salt: 'accidents-2' }, accidents(10_000));
  expect(held.filter(Boolean).length).toBe(2976);
  expect(held.filter((isHeld, i) => isHeld && other[i] === true).length).toBe(926);
});

test('a random split holds exactly the wanted share, rounded up, the same for the same seed', () => {
  const random = { method: 'random', seed: 42, fraction: 0.3 } as const;
  const held = holdoutOf(random, accidents(101));
  expect(held.filter(Boolean).length).toBe(31);
  expect(holdoutOf(random, accidents(101))).toEqual(held);
  expect(holdoutOf({ ...random, seed: 43 }, accidents(101))).not.toEqual(held);
});
