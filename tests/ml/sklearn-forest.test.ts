/** golden/make_sklearn.py made the files, with examples/sklearn-forest/export.py. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileModel } from '../../src/ml/evaluator.ts';
import type { TreeModel } from '../../src/ml/model.ts';
import { loadModel } from '../../src/ml/score.ts';
import { largestDifference, withNaN } from './support/xgboost-golden.ts';

const read = (file: string) => readFileSync(join(import.meta.dirname, 'golden/sklearn', file));

test('a forest exported by the Python example answers as scikit-learn, on and beside the cuts, values missing or not', () => {
  const loaded = loadModel(read('model.json'));
  const model = loaded.ok ? (loaded.value.model as TreeModel) : expect.unreachable(loaded.error);
  const { rows, probabilities } = JSON.parse(read('answers.json').toString());
  const questions: number[][] = rows.map(withNaN);
  expect(questions.some((row) => row.some(Number.isNaN))).toBe(true);
  expect(largestDifference(questions.map(compileModel(model).probability), probabilities)).toBeLessThan(1e-9);
});
