import { expect, test } from 'vitest';
import { float32Above, lastBelow } from '../../src/ml/float32.ts';
import { fc } from '../support/properties.ts';

const EDGE_CASES = [
  0,
  -0,
  1,
  -1,
  1e-45,
  -1e-45,
  1.17549435e-38,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  2 ** 24,
].map(Math.fround);
const float32 = fc.oneof(fc.constantFrom(...EDGE_CASES), fc.float({ noNaN: true, noDefaultInfinity: true }));

/** A double that single precision cannot well tell from the cut. */
const near = fc.tuple(float32, fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }));
const beside = (x: number, floats: number, doubles: number): number => {
  const bits = new Float32Array([x]);
  new Int32Array(bits.buffer)[0]! += floats;
  const wide = new Float64Array([(x + bits[0]!) / 2]);
  new BigInt64Array(wide.buffer)[0]! += BigInt(doubles);
  return wide[0]!;
};

test('a double is at most lastBelow(cut) exactly when its float32 is below the cut', () => {
  fc.assert(
    fc.property(near, ([cut, floats, doubles]) => {
      const x = beside(cut, floats, doubles);
      fc.pre(!Number.isNaN(x));
      expect(x <= lastBelow(cut)).toBe(Math.fround(x) < cut);
    }),
    { numRuns: 20_000 },
  );
});

test.each([
  ['halfway, where rounding goes up to the even cut', 1 - 2 ** -25, false],
  ['halfway, where rounding goes down to the even neighbour', 1 + 2 ** -23 + 2 ** -24, false],
])('%s', (_, x, isBelow) => {
  expect(x <= lastBelow(Math.fround(x))).toBe(isBelow);
});

test('float32Above is the next float32, and undoes lastBelow', () => {
  expect(float32Above(1)).toBe(1 + 2 ** -23);
  expect(float32Above(0)).toBe(2 ** -149);
  expect(float32Above(-(2 ** -149))).toBe(-0);
  expect(float32Above(0.1)).toBe(Math.fround(0.1));
  expect(float32Above(0.3)).toBe(Math.fround(0.3));
  fc.assert(
    fc.property(float32, (cut) => {
      expect(float32Above(lastBelow(cut)) + 0).toBe(cut + 0);
    }),
  );
});
