import { expect, test } from 'vitest';
import { crossValidate } from '../../src/ml/cross-validation.ts';
import { INPUTS, PARAMS, toy } from './support/toy.ts';

const data = toy(600, 21);

test.each(['gbdt', 'random_forest', 'logistic'] as const)(
  '%s: each fold is judged by a model that has not seen it',
  (model) => {
    const told: number[] = [];
    const options = { params: { ...PARAMS, model }, train: data.train, labels: data.labels, inputs: INPUTS, folds: 4 };
    const found = crossValidate({ ...options, onFold: (fold) => told.push(fold) });
    expect(told).toEqual([1, 2, 3, 4]);
    const { mean, deviation, folds } = found.roc_auc;
    expect(folds).toHaveLength(4);
    expect(mean).toBeCloseTo(folds.reduce((sum, score) => sum + score, 0) / 4, 12);
    expect(mean).toBeGreaterThan(0.7);
    expect(mean).toBeLessThan(0.95);
    const squares = folds.reduce((sum, score) => sum + (score - mean) * (score - mean), 0);
    expect(deviation).toBeCloseTo(Math.sqrt(squares / 3), 12);
    expect(Object.keys(found)).toEqual(['roc_auc', 'average_precision', 'f1_at_half', 'brier', 'log_loss']);
    expect(crossValidate(options)).toEqual(found);
  },
);

test('labels that follow from nothing are found to be so', () => {
  const labels = Uint8Array.from({ length: 600 }, (_, i) => i % 2);
  const { roc_auc } = crossValidate({ params: PARAMS, train: data.train, labels, inputs: INPUTS, folds: 5 });
  expect(roc_auc.mean).toBeGreaterThan(0.4);
  expect(roc_auc.mean).toBeLessThan(0.6);
});
