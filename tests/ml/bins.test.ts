import { expect, test } from 'vitest';
import { binOf, cutBetween, cutPoints } from '../../src/ml/bins.ts';
import { float32Above } from '../../src/ml/float32.ts';
import { matrixOf } from '../../src/ml/matrix.ts';
import { fc } from '../support/properties.ts';

const column = fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ min: -10, max: 10, noNaN: true })), {
  minLength: 1,
  maxLength: 200,
});

const edgesOf = (values: readonly number[], maxBins: number): Float64Array =>
  cutPoints(matrixOf(values.map((value) => [value])), maxBins)[0] ?? new Float64Array();

test('a value is in bin i when it is above edge i - 1 and at most edge i', () => {
  fc.assert(
    fc.property(column, fc.integer({ min: 2, max: 40 }), (values, maxBins) => {
      const edges = edgesOf(values, maxBins);
      const bins = values.map((value) => binOf(edges, value));
      expect(bins.every((bin, i) => (values[i] ?? 0) <= (edges[bin] ?? Infinity))).toBe(true);
      expect(bins.every((bin, i) => (values[i] ?? 0) > (edges[bin - 1] ?? -Infinity))).toBe(true);
    }),
  );
});

test('edges ascend and never make more bins than allowed', () => {
  fc.assert(
    fc.property(column, fc.integer({ min: 2, max: 40 }), (values, maxBins) => {
      const edges = edgesOf(values, maxBins);
      expect(edges.length).toBeLessThan(maxBins);
      expect(edges.every((edge, i) => i === 0 || edge > (edges[i - 1] ?? 0))).toBe(true);
    }),
  );
});

test('few distinct values get a bin each, with edges halfway', () => {
  expect([...edgesOf([3, 1, 2, 2, 1, Number.NaN], 10)]).toEqual([1.5, 2.5]);
});

test('many values get bins of about equally many rows', () => {
  const edges = edgesOf(
    Array.from({ length: 1000 }, (_, i) => i),
    4,
  );
  expect([...edges]).toEqual([249.5, 499.5, 749.5]);
});

test('one very frequent value does not starve the others of bins', () => {
  const values = [...Array.from({ length: 900 }, () => 0), ...Array.from({ length: 100 }, (_, i) => i + 1)];
  expect(edgesOf(values, 5)).toHaveLength(4);
});

test('a column without a value has no edges', () => {
  expect(edgesOf([Number.NaN, Number.NaN], 5)).toHaveLength(0);
});

test('a cut between fractions is one that single precision knows: it never sends a value elsewhere', () => {
  const value = fc.double({ min: -180, max: 180, noNaN: true });
  fc.assert(
    fc.property(value, value, value, (a, b, asked) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      fc.pre(Math.fround(low) < Math.fround(high));
      const cut = cutBetween(low, high);
      expect(low <= cut && cut < high).toBe(true);
      if (Number.isInteger(low) && Number.isInteger(high)) return;
      expect(asked <= cut).toBe(Math.fround(asked) < float32Above(cut));
    }),
  );
});

test('between whole numbers it is halfway', () => {
  expect([cutBetween(1, 2), cutBetween(-3, 5)]).toEqual([1.5, 1]);
});
