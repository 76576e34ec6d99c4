/** The invented year beside the recorded shares of the real one of 2024: each column, and each given others. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compareMarginals, type RecordedMarginals } from '../../bench/support/compare-marginals.ts';
import { inventYear } from '../../bench/support/generated-year.ts';
import { marginalsOf } from '../../bench/support/marginals.ts';

const REAL: RecordedMarginals = JSON.parse(
  readFileSync(new URL('golden/marginals-2024.json', import.meta.url), 'utf8'),
);

const found = marginalsOf(inventYear({ year: 2024, accidents: 10_000, seed: 7 }));
const compared = new Map(compareMarginals(REAL, found).map((line) => [line.name, line]));

/**
 * Of how many rows the code would have to be another one, beyond what chance moves in a sample of this size. What is further
 * away is in docs/data.md: how badly others than the worst-hit user are hurt.
 */
const TOLERANCE = 0.025;
const FURTHER: ReadonlyMap<string, number> = new Map([
  ['grav|group,age', 0.07],
  ['grav|secu1 of 2rm', 0.07],
  ['grav|group,agg', 0.06],
  ['grav|catu of cars', 0.04],
  ['severe|nbv', 0.045],
]);

const isBelow =
  (limit = TOLERANCE) =>
  (excess: number) =>
    excess < limit;

test.each(Object.keys(REAL))('%s: as in the real tables', (name) => {
  const line = compared.get(name);
  const excess = (line?.distance ?? 1) - (line?.chance ?? 0);
  expect({ excess, worst: line?.worst }).toMatchObject({ excess: expect.toSatisfy(isBelow(FURTHER.get(name))) });
});

test('a year drawn otherwise is told from the real one', () => {
  const [first] = compareMarginals({ lum: { '': '54402 1:500 5:300 3:112 2:66 4:22' } }, found);
  expect(first).toMatchObject({ name: 'lum', worst: expect.stringContaining('1: 0.500 real') });
  expect(first?.distance).toBeGreaterThan(0.1);
});
