import { expect, test } from 'vitest';
import { parsePredictBody } from '../../src/serve/predict-body.ts';
import { predictSchema } from '../../src/serve/predict-schemas.ts';
import type { InputSpec } from '../../src/ml/model.ts';
import { fc } from '../support/properties.ts';

const inputs: readonly InputSpec[] = [
  { name: 'age', type: 'integer', nullable: true },
  { name: 'speed', type: 'number', nullable: false },
  { name: 'toString', type: 'number', nullable: false },
];
const schema = predictSchema(inputs);

/** Near misses: right bodies with one thing changed now and then. */
const value = fc.oneof(
  { weight: 6, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.constantFrom(null, true, '1', Infinity, -Infinity, NaN, [], {}, undefined) },
);
const features = fc.oneof(
  { weight: 5, arbitrary: fc.array(value, { minLength: 2, maxLength: 4 }) },
  { weight: 1, arbitrary: fc.anything() },
);
const record = fc.oneof(
  { weight: 5, arbitrary: fc.record({ age: value, speed: value, toString: value }) },
  {
    weight: 2,
    arbitrary: fc.record({ age: value, speed: value, toString: value, extra: value }, { requiredKeys: [] }),
  },
  { weight: 1, arbitrary: fc.anything() },
);
const body = fc.oneof(
  fc.record({ features }),
  fc.record({ record }),
  fc.record({ features, record, other: value }, { requiredKeys: [] }),
  fc.anything(),
);

test('the hand-written check accepts exactly what the published schema accepts', () => {
  fc.assert(
    // What JSON can say: undefined members and odd objects never reach the check.
    fc.property(body, (asked) => {
      const json: unknown = JSON.parse(JSON.stringify(asked ?? null) ?? 'null');
      expect(parsePredictBody(json, inputs).ok).toBe(schema.safeParse(json).success);
    }),
    { numRuns: 3_000 },
  );
});

test('numbers that JSON cannot say are refused by both', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 3, maxLength: 3 }), (list) => {
      expect(parsePredictBody({ features: list }, inputs).ok).toBe(schema.safeParse({ features: list }).success);
    }),
  );
});

test('a row has the values in the order of the inputs, NaN where null was given', () => {
  const parsed = parsePredictBody({ record: { toString: 3, speed: 2, age: null } }, inputs);
  expect(parsed).toEqual({ ok: true, value: { kind: 'record', row: Float64Array.of(NaN, 2, 3) } });
});
