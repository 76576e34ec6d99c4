import { expect, test } from 'vitest';
import { createRandom } from '../../src/lib/random.ts';
import { createBinTable } from '../../src/ml/bin-table.ts';
import { trainForest } from '../../src/ml/forest.ts';
import { trainGbdt } from '../../src/ml/gbdt.ts';
import { pickRows } from '../../src/ml/matrix.ts';
import { sigmoid } from '../../src/lib/math.ts';
import type { Tree, TreeEnsemble } from '../../src/ml/model.ts';
import { roundLeaf } from '../../src/ml/tree-builder.ts';
import { aucByPairs, PARAMS, toy, walkTree } from './support/toy.ts';
import { fc } from '../support/properties.ts';

const data = toy(400, 1);
const gbdt = { ...PARAMS.gbdt, trees: 6 };

function boost(
  from: { train: typeof data.train; labels: Uint8Array },
  changes: Partial<typeof gbdt> = {},
): TreeEnsemble {
  return trainGbdt({
    table: createBinTable(from.train),
    labels: from.labels,
    params: { ...gbdt, ...changes },
    seed: 1,
  }).ensemble;
}

function sums({ edges, trees }: TreeEnsemble, rows: readonly number[][]): number[] {
  return rows.map((row) => trees.reduce((sum, tree) => sum + walkTree(tree, edges, row), 0));
}

test('the order of rows does not matter to the trees', () => {
  const expected = boost(data);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
      const order = createRandom(seed).shuffle(Int32Array.from(data.labels.keys()));
      const labels = Uint8Array.from(order, (row) => data.labels[row] ?? 0);
      expect(boost({ train: pickRows(data.train, order), labels })).toEqual(expected);
    }),
    { numRuns: 20 },
  );
});

test('no tree has more leaves than asked, no leaf fewer rows', () => {
  const { trees } = boost(data, { leaves: 4, min_leaf: 30 });
  expect(Math.max(...trees.map((tree) => tree.cover.length))).toBe(4);
  // The rows of a side are estimated while splitting, as in LightGBM: hence the margin.
  expect(Math.min(...trees.flatMap((tree) => tree.cover))).toBeGreaterThanOrEqual(20);
});

test('the covers of a tree add up to the rows it saw', () => {
  const total = (cover: readonly number[]): number => cover.reduce((sum, rows) => sum + rows, 0);
  expect(boost(data).trees.map((tree) => total(tree.cover))).toEqual([400, 400, 400, 400, 400, 400]);
  expect(Math.max(...boost(data, { subsample: 0.5 }).trees.map((tree) => total(tree.cover)))).toBeLessThan(260);
});

test('new rows are told apart far better than by chance', () => {
  const fresh = toy(400, 2);
  expect(aucByPairs(sums(boost(data, { trees: 30 }), fresh.rows), fresh.labels)).toBeGreaterThan(0.75);
});

test('that a value is missing is learnt from', () => {
  const ensemble = boost(data, { trees: 30 });
  const [missing = 0, small = 0, large = 0] = sums(ensemble, [
    [0, Number.NaN, 10, 7],
    [0, -2, 10, 7],
    [0, 1, 10, 7],
  ]);
  expect(missing).toBeGreaterThan(large);
  expect(small).toBeGreaterThan(large);
});

test('balanced class weights lift the log-odds a boosting starts from to 0', () => {
  expect(boost(data, { class_weight: 'balanced' }).base).toBe(0);
  expect(boost(data).base).not.toBe(0);
});

/** Log loss' first and second derivative at one and the same log-odds. */
function newtonStep(labels: readonly number[], base: number, l2: number): number {
  const p = sigmoid(base);
  const gradient = labels.reduce((sum, label) => sum + p - label, 0);
  return -gradient / (labels.length * p * (1 - p) + l2);
}

test('a leaf of the first tree is the Newton step over exactly the rows that reach it, missing values too', () => {
  const { base, edges, trees } = boost(data, { trees: 1, leaves: 16, min_leaf: 3 });
  const [tree] = trees;
  const numbered = { ...(tree as Tree), value: (tree as Tree).value.map((_, leaf) => leaf) };
  const reached = data.rows.map((row) => walkTree(numbered, edges, row));
  const labelsOf = (leaf: number): number[] => [...data.labels].filter((_, row) => reached[row] === leaf);
  const expected = numbered.value.map((leaf) => gbdt.learning_rate * newtonStep(labelsOf(leaf), base, gbdt.l2));
  const off = expected.map((step, leaf) => Math.abs(step - (tree?.value[leaf] ?? Number.NaN)));
  expect(Math.max(...off)).toBeLessThan(1e-5);
  expect(tree?.cover).toEqual(numbered.value.map((leaf) => labelsOf(leaf).length));
  const splits = tree?.feature.filter((feature) => feature >= 0) ?? [];
  // Input 1 is the one with missing values; they resemble its small ones.
  expect(splits.some((feature, split) => feature === 1 && tree?.missing_left[split] === 1)).toBe(true);
});

test('a leaf is never -0, which JSON cannot say', () => {
  expect(Object.is(roundLeaf(-0), 0)).toBe(true);
});

test('an input that never varies is never split on', () => {
  expect(boost(data).trees.flatMap((tree) => tree.feature)).not.toContain(3);
});

test('a column of few rows, all alike, still makes a tree: one leaf', () => {
  const alike = toy(12, 1, 0);
  const { trees } = boost({ train: pickRows(alike.train, new Int32Array(12)), labels: alike.labels });
  expect(trees[0]?.feature).toEqual([-1]);
});

const forestOf = (seed: number, trees: number) =>
  trainForest({
    table: createBinTable(data.train),
    labels: data.labels,
    params: { ...PARAMS.random_forest, trees },
    seed,
  });

test('a tree of a forest follows from seed and number, not from how many are grown', () => {
  expect(forestOf(3, 5).ensemble.trees).toEqual(forestOf(3, 8).ensemble.trees.slice(0, 5));
  expect(forestOf(4, 5).ensemble.trees).not.toEqual(forestOf(3, 5).ensemble.trees);
});

test('out-of-bag answers tell rows apart that their trees never saw', () => {
  const { outOfBag } = forestOf(3, 60);
  expect(outOfBag.some(Number.isNaN)).toBe(false);
  expect(aucByPairs(outOfBag, data.labels)).toBeGreaterThan(0.7);
  expect(aucByPairs(outOfBag, data.labels)).toBeLessThan(0.9);
});

test('a forest keeps to its depth and to the rows a leaf must have', () => {
  const params = { ...PARAMS.random_forest, trees: 4, max_depth: 2, min_leaf: 40 };
  const { ensemble } = trainForest({ table: createBinTable(data.train), labels: data.labels, params, seed: 1 });
  expect(Math.max(...ensemble.trees.map((tree) => tree.cover.length))).toBeLessThanOrEqual(4);
  expect(Math.min(...ensemble.trees.flatMap((tree) => tree.cover))).toBeGreaterThanOrEqual(40);
});

test('a forest too learns on which side missing values belong', () => {
  const { trees } = forestOf(3, 20).ensemble;
  const sides = trees.map((tree) => {
    const splits = tree.feature.filter((feature) => feature >= 0);
    return splits.some((feature, split) => feature === 1 && tree.missing_left[split] === 1);
  });
  expect(sides).toContain(true);
});
