import { expect, test } from 'vitest';
import { parseTrainParams } from '../../src/ml/train-params.ts';
import { PARAMS } from './support/toy.ts';

const changed = (section: 'gbdt' | 'random_forest' | 'logistic', key: string, value: unknown): unknown => ({
  ...PARAMS,
  [section]: { ...PARAMS[section], [key]: value },
});

test('a whole section is taken as it is', () => {
  expect(parseTrainParams(PARAMS)).toEqual({ ok: true, value: PARAMS });
});

test.each<[unknown, string, string]>([
  [null, 'train', 'must be a section with model, seed'],
  [{ ...PARAMS, model: 'svm' }, 'model', 'must be gbdt or random_forest or logistic'],
  [{ ...PARAMS, seed: -1 }, 'seed', 'must be a whole number from 0 to 9007199254740991'],
  [
    { ...PARAMS, modell: 1 },
    'modell',
    'is not known; known are model, seed, calibration, cross_validation, gbdt, random_forest, logistic',
  ],
  [{ ...PARAMS, gbdt: 3 }, 'gbdt', 'must be a section with trees, learning_rate'],
  [changed('gbdt', 'trees', 0), 'gbdt.trees', 'must be a whole number from 1 to 10000'],
  [changed('gbdt', 'trees', undefined), 'gbdt.trees', 'must be a whole number from 1 to 10000'],
  [changed('gbdt', 'learning_rate', 0), 'gbdt.learning_rate', 'must be a number above 0, at most 1'],
  [changed('gbdt', 'subsample', Number.NaN), 'gbdt.subsample', 'must be a number above 0, at most 1'],
  [changed('gbdt', 'l2', -1), 'gbdt.l2', 'must be a number from 0 to 1000000'],
  [changed('gbdt', 'class_weight', true), 'gbdt.class_weight', 'must be none or balanced'],
  [changed('gbdt', 'depth', 3), 'gbdt.depth', 'is not known; known are trees, learning_rate'],
  [changed('random_forest', 'max_depth', 2.5), 'random_forest.max_depth', 'must be a whole number from 1 to 64'],
  [{ ...PARAMS, calibration: 'sigmoid' }, 'calibration', 'must be null or none or platt or isotonic'],
  [{ ...PARAMS, cross_validation: 1 }, 'cross_validation', 'must be null or a whole number from 2 to 20'],
  [
    changed('gbdt', 'early_stopping', 30),
    'gbdt.early_stopping',
    'must be null or {rounds, share}: rounds a whole number',
  ],
  [changed('gbdt', 'early_stopping', { rounds: 0, share: 0.1 }), 'gbdt.early_stopping', 'from 1 to 10000'],
  [changed('gbdt', 'early_stopping', { rounds: 9, share: 0.6 }), 'gbdt.early_stopping', 'at most 0.5'],
  [changed('gbdt', 'early_stopping', { rounds: 9, share: 0.1, x: 1 }), 'gbdt.early_stopping', '{rounds, share}'],
  [changed('logistic', 'l2', 0), 'logistic.l2', 'must be a number above 0, at most 1000000'],
])('case %#: nonsense is refused by key, with what is allowed', (value, key, message) => {
  expect(parseTrainParams(value)).toMatchObject({
    ok: false,
    error: { key, message: expect.stringContaining(message) },
  });
});

test('the sections of kinds that are not trained are checked too: they may be tomorrow', () => {
  const value = changed('random_forest', 'trees', 'many');
  expect(parseTrainParams(value)).toMatchObject({ ok: false, error: { key: 'random_forest.trees' } });
});
