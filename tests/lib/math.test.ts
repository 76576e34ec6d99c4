import { expect, test } from 'vitest';
import { cosTurns, exp, log, log1p, sigmoid, sinTurns } from '../../src/lib/math.ts';
import { fc } from '../support/properties.ts';

const bits = new BigInt64Array(1);
const asNumber = new Float64Array(bits.buffer);

/** How many doubles lie between two of the same sign. */
function ulpsBetween(a: number, b: number): number {
  asNumber[0] = a;
  const first = bits[0] ?? 0n;
  asNumber[0] = b;
  return Math.abs(Number(first - (bits[0] ?? 0n)));
}

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

test('exp is within 2 ulp of Math.exp over its whole range', () => {
  fc.assert(
    fc.property(number(-745, 709.7), (x) => ulpsBetween(exp(x), Math.exp(x)) <= 2),
    { numRuns: 5000 },
  );
});

test('log is within 2 ulp of Math.log for every positive number, subnormal ones too', () => {
  fc.assert(
    fc.property(number(5e-324, Number.MAX_VALUE), (x) => ulpsBetween(log(x), Math.log(x)) <= 2),
    { numRuns: 5000 },
  );
});

test('log is within 2 ulp of Math.log around 1, where it passes through 0', () => {
  fc.assert(
    fc.property(number(0.5, 2), (x) => ulpsBetween(log(x), Math.log(x)) <= 2),
    { numRuns: 5000 },
  );
});

test('log1p is within 2 ulp of Math.log1p', () => {
  fc.assert(
    fc.property(number(-0.999, 1e300), (x) => ulpsBetween(log1p(x), Math.log1p(x)) <= 2),
    { numRuns: 5000 },
  );
  expect(log1p(1e-20)).toBe(1e-20);
});

test('the ends of the range are those of Math', () => {
  const ends = [Infinity, -Infinity, 0, -0, 710, -746, 1e-300, Number.MIN_VALUE, Number.NaN];
  expect(ends.map(exp)).toEqual(ends.map(Math.exp));
  const logs = [0, Infinity, -1, Number.NaN, 1, Number.MIN_VALUE, Number.MAX_VALUE];
  expect(logs.map(log)).toEqual(logs.map(Math.log));
});

// Recorded: if one of these changes, so do all models and all generated data.
test('bits that must never change', () => {
  expect([exp(1), exp(-0.1), log(10), log(0.3), sigmoid(0.7), sinTurns(0.1), cosTurns(0.3)]).toEqual([
    2.7182818284590455, 0.9048374180359595, 2.302585092994046, -1.2039728043259361, 0.6681877721681662,
    0.5877852522924731, -0.3090169943749477,
  ]);
});

test('sigmoid and its mirror image add up to 1 and never overflow', () => {
  fc.assert(fc.property(number(-800, 800), (x) => Math.abs(sigmoid(x) + sigmoid(-x) - 1) <= 2.3e-16));
});

test('sine and cosine of a turn are within 1e-15 of Math', () => {
  fc.assert(
    fc.property(number(0, 1), (turns) => {
      const angle = 2 * Math.PI * turns;
      return Math.abs(sinTurns(turns) - Math.sin(angle)) < 1e-15 && Math.abs(cosTurns(turns) - Math.cos(angle)) < 1e-15;
    }),
    { numRuns: 2000 },
  );
});
