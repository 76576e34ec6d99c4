import { expect, test } from 'vitest';
import { compileBody, compileModel } from '../../src/ml/evaluator.ts';
import { matrixOf } from '../../src/ml/matrix.ts';
import type { TreeModel } from '../../src/ml/model.ts';
import { trainModel } from '../../src/ml/train.ts';
import type { TreeNode } from '../../src/ml/tree-builder.ts';
import { toPreorder } from '../../src/ml/tree-builder.ts';
import { options, toy, walkModel } from './support/toy.ts';
import { fc } from '../support/properties.ts';

/** Small whole edges (looked up), fractions, huge ones (searched), and an input nobody splits on. */
const EDGES = [[0.5, 1.5, 2.5], [-0.25, 0, 0.125, 7], [1e6, 1e12], []];

const leaf: fc.Arbitrary<TreeNode> = fc
  .integer({ min: -8, max: 8 })
  .map((value) => ({ value, cover: 1, split: undefined }));

const { node } = fc.letrec<{ node: TreeNode }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc
      .record({ feature: fc.nat(3), bin: fc.nat(4), missingLeft: fc.boolean(), left: tie('node'), right: tie('node') })
      .map((split) => ({
        value: 0,
        cover: 0,
        split: { ...split, bin: Math.min(split.bin, EDGES[split.feature]?.length ?? 0) },
      })),
  ),
}));

const value = fc.oneof(
  fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 0, 0.5, 1.5, 7, 1e6, 1e12, 4096, 2 ** 31, 2 ** 32, -(2 ** 33)),
  fc.integer({ min: -2, max: 9 }),
  fc.double({ noNaN: true }),
);

const body = fc
  .record({
    kind: fc.constantFrom('gbdt' as const, 'random_forest' as const),
    trees: fc.array(node, { minLength: 1, maxLength: 11 }),
  })
  .map(({ kind, trees }) => ({ kind, ensemble: { base: 0.25, edges: EDGES, trees: trees.map(toPreorder) } }));

test('the packed evaluator gives the answer of the plain walk, for any trees and any row', () => {
  fc.assert(
    fc.property(body, fc.array(fc.tuple(value, value, value, value), { minLength: 1, maxLength: 8 }), (model, rows) => {
      const expected = rows.map((row) => walkModel(model, row));
      const evaluator = compileBody(model, 4);
      expect(rows.map((row) => evaluator.probability(row))).toEqual(expected);
      expect([...evaluator.probabilities(matrixOf(rows))]).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('a trained model answers as its trees say', () => {
  const model = trainModel(options(toy(300, 4))) as TreeModel;
  const { rows, train } = toy(100, 5);
  const answers = compileModel(model).probabilities(train);
  expect(Math.max(...rows.map((row, i) => Math.abs(walkModel(model, row) - (answers[i] ?? 0))))).toBeLessThan(1e-12);
});

test('any kind of row will do, but not any length', () => {
  const { probability } = compileModel(trainModel(options(toy(100, 4))));
  expect(probability(Float64Array.of(1, 2, 3, 7))).toBe(probability([1, 2, 3, 7]));
  expect(() => probability([1, 2, 3])).toThrow('a row has 4 values, not 3');
});
