import { expect, test } from 'vitest';
import { compileModel } from '../../src/ml/evaluator.ts';
import { gainImportances, permutationImportances } from '../../src/ml/importance.ts';
import type { TreeModel } from '../../src/ml/model.ts';
import { trainModel } from '../../src/ml/train.ts';
import { options, toy } from './support/toy.ts';

const ranked = (importances: Float64Array): number[] =>
  [...importances.keys()].sort((a, b) => (importances[b] ?? 0) - (importances[a] ?? 0));

test.each(['gbdt', 'random_forest'] as const)('gain of a %s ranks the inputs that the labels hang on first', (kind) => {
  const model = trainModel(options(toy(2000, 1), { model: kind })) as TreeModel;
  const gains = gainImportances(model.ensemble);
  expect(new Set(ranked(gains).slice(0, 2))).toEqual(new Set([0, 1]));
  expect(gains[3]).toBe(0);
  expect(gains.reduce((sum, gain) => sum + gain, 0)).toBeCloseTo(1, 12);
});

test('gain of a forest is the mean decrease in impurity', () => {
  // 10 rows: input 0 parts 6 (one positive) from 4 (all positive); input 1 finds the one among the 6.
  const tree = {
    feature: [0, 1, -1, -1, -1],
    bin: [0, 0],
    missing_left: [0, 0],
    value: [0, 1, 1],
    cover: [5, 1, 4],
  };
  const gains = gainImportances({ base: 0, edges: [[0], [0]], trees: [tree] });
  const [first, second] = [10 * 0.25 - 6 * (1 / 6) * (5 / 6), 6 * (1 / 6) * (5 / 6)];
  expect(gains[0]).toBeCloseTo(first / (first + second), 12);
});

test('trees without a split give zeros, not NaN', () => {
  const leaf = { feature: [-1], bin: [], missing_left: [], value: [1], cover: [3] };
  expect([...gainImportances({ base: 0, edges: [[], []], trees: [leaf] })]).toEqual([0, 0]);
});

test('shuffling an input costs AUC as far as the model needs it, the same each time', () => {
  const model = trainModel(options(toy(2000, 1)));
  const { train: rows, labels } = toy(1000, 2);
  const asked = { evaluator: compileModel(model), rows, labels, seed: 5, repeats: 3 };
  const falls = permutationImportances(asked);
  expect(new Set(ranked(falls).slice(0, 2))).toEqual(new Set([0, 1]));
  expect(falls[0]).toBeGreaterThan(0.05);
  expect(falls[3]).toBe(0);
  expect(permutationImportances(asked)).toEqual(falls);
  expect(permutationImportances({ ...asked, seed: 6 })).not.toEqual(falls);
});

test('each input is shuffled alone: the rows are as they were afterwards', () => {
  const model = trainModel(options(toy(500, 1)));
  const { train: rows, labels } = toy(300, 2);
  const before = rows.values.slice();
  const both = permutationImportances({ evaluator: compileModel(model), rows, labels, seed: 5, repeats: 1 });
  expect(rows.values).toEqual(before);
  expect(both[3]).toBe(0); // the last one: asked after all others were shuffled and put back
});
