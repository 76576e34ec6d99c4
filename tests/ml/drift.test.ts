import { expect, test } from 'vitest';
import { driftOf } from '../../src/ml/drift.ts';
import { matrixOf } from '../../src/ml/matrix.ts';
import { referenceHistograms } from '../../src/ml/reference-histogram.ts';
import { strongTerms } from '../../src/ml/strong-terms.ts';

const numbers = (count: number, from: number): number[] => Array.from({ length: count }, (_, i) => from + (i % 100));
const [reference] = referenceHistograms(matrixOf(numbers(1000, 0).map((value) => [value])));

test('the same rows have not drifted', () => {
  expect(driftOf(reference!, Float64Array.from(numbers(1000, 0)))).toEqual({
    psi: 0,
    missing: { training: 0, now: 0 },
  });
});

test('the further values move, the larger the index', () => {
  const moved = [10, 30, 60].map((by) => driftOf(reference!, Float64Array.from(numbers(1000, by))).psi);
  expect(moved).toEqual(moved.toSorted((a, b) => a - b));
  expect(moved[2]).toBeGreaterThan(0.25);
});

test('the index is the sum over bins of (now - then) ln(now / then)', () => {
  const histogram = { edges: [1], counts: [60, 40], missing: 0 };
  const now = Float64Array.from({ length: 100 }, (_, i) => (i < 40 ? 0 : 2));
  expect(driftOf(histogram, now).psi).toBeCloseTo(0.2 * Math.log(0.6 / 0.4) + 0.2 * Math.log(0.6 / 0.4), 12);
});

test('values that are missing now and were not then are drift, and an empty bin is not infinite', () => {
  const found = driftOf({ edges: [1], counts: [50, 50], missing: 0 }, Float64Array.of(0, 2, Number.NaN, Number.NaN));
  expect(found.missing).toEqual({ training: 0, now: 0.5 });
  expect(found.psi).toBeGreaterThan(1);
  expect(found.psi).toBeLessThan(10);
});

test('the strong terms of a text model are those whose chances differ most between the classes', () => {
  const bayes = {
    ngrams: [1],
    prior: [-0.7, -0.7] as const,
    terms: [
      ['awful', 1, -1, -4],
      ['fine', 1, -3, -2],
      ['great', 1, -5, -1],
      ['the', 1, -2, -2],
    ] as const,
  };
  expect(strongTerms({ bayes }, 2)).toEqual({
    positive: [
      { term: 'great', weight: 4 },
      { term: 'fine', weight: 1 },
    ],
    negative: [{ term: 'awful', weight: -3 }],
  });
});
