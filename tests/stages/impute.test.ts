import { expect, test } from 'vitest';
import { FEATURE_NAMES, featureIndex } from '../../stages/accidents/features.ts';
import { impute, modeOf } from '../../stages/accidents/impute.ts';

test('the mode is the commonest value, of equally common ones the smallest; missing values have no vote', () => {
  expect(modeOf([3, 2, 2, 3, 9, Number.NaN, Number.NaN, Number.NaN])).toBe(2);
  expect(modeOf([Number.NaN])).toBeUndefined();
});

test('the holdout is filled with values of the training rows, and situ stays missing', () => {
  const row = (surf: number) => {
    const values = new Float64Array(FEATURE_NAMES.length).fill(1);
    values[featureIndex('surf')] = surf;
    values[featureIndex('situ')] = Number.NaN;
    return values;
  };
  const train = [row(2), row(2), row(1), row(Number.NaN)];
  const test = [row(1), row(1), row(Number.NaN)];
  const [surf] = impute(train, test);
  expect(surf).toEqual({ feature: 'surf', value: 2, filledTrain: 1, filledTest: 1 });
  expect(test.map((values) => values[featureIndex('surf')])).toEqual([1, 1, 2]);
  expect(test.map((values) => values[featureIndex('situ')])).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});
