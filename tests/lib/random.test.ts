import { expect, test } from 'vitest';
import { createRandom } from '../../src/lib/random.ts';
import { fc } from '../support/properties.ts';

const seed = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

function mean(n: number, draw: () => number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += draw();
  return sum / n;
}

// Recorded: if these change, so do all models and all generated data.
test('numbers that must never change', () => {
  const random = createRandom(42);
  expect([random.integer(1000), random.integer(1000), random.next(), random.gaussian()]).toEqual([
    701, 922, 0.36025202186025607, -0.8627065306631195,
  ]);
});

test('a seed names a sequence; another seed, another one', () => {
  fc.assert(
    fc.property(seed, (value) => {
      const first = createRandom(value);
      const again = createRandom(value);
      const other = createRandom(value + 1);
      const draws = [first.next(), first.next()];
      expect([again.next(), again.next()]).toEqual(draws);
      expect([other.next(), other.next()]).not.toEqual(draws);
    }),
  );
});

test('a fork follows from seed and name, and does not advance what it was forked from', () => {
  const forked = createRandom(7);
  const untouched = createRandom(7);
  const branch = forked.fork(3).next();
  expect(forked.next()).toBe(untouched.next());
  expect(untouched.fork(3).next()).toBe(branch);
  expect(untouched.fork(4).next()).not.toBe(branch);
});

test('integer stays below n, also for the largest n', () => {
  fc.assert(
    fc.property(seed, fc.integer({ min: 1, max: 4294967296 }), (value, n) => {
      const drawn = createRandom(value).integer(n);
      return Number.isInteger(drawn) && drawn >= 0 && drawn < n;
    }),
  );
});

test('uniform numbers average one half, normal ones 0 with variance 1', () => {
  const random = createRandom(1);
  expect(mean(100_000, random.next)).toBeCloseTo(0.5, 2);
  expect(mean(100_000, random.gaussian)).toBeCloseTo(0, 1);
  expect(mean(100_000, () => random.gaussian() ** 2)).toBeCloseTo(1, 1);
});

test('shuffle keeps what it shuffles', () => {
  fc.assert(
    fc.property(seed, fc.array(fc.integer()), (value, items) => {
      const shuffled = createRandom(value).shuffle([...items]);
      expect(shuffled.toSorted((a, b) => a - b)).toEqual(items.toSorted((a, b) => a - b));
    }),
  );
});

test('pick draws in proportion to the weights and never what weighs nothing', () => {
  const random = createRandom(5);
  const drawn = [0, 0, 0];
  for (let i = 0; i < 10_000; i++) drawn[random.pick([1, 0, 3])]! += 1;
  expect(drawn[1]).toBe(0);
  expect((drawn[2] ?? 0) / 10_000).toBeCloseTo(0.75, 1);
});

test('pick refuses weights that leave nothing to draw', () => {
  expect(() => createRandom(1).pick([0, 0])).toThrow('no weight is positive');
});
