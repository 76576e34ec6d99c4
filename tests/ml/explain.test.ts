import { expect, test } from 'vitest';
import { createRandom } from '../../src/lib/random.ts';
import type { ModelBody } from '../../src/ml/evaluator.ts';
import { compileModel } from '../../src/ml/evaluator.ts';
import { createExplain, type Explanation } from '../../src/ml/explain.ts';
import type { Tree, TreeModel } from '../../src/ml/model.ts';
import { trainModel } from '../../src/ml/train.ts';
import { importXgboost } from '../../src/ml/xgboost-import.ts';
import { options, toy } from './support/toy.ts';
import { largestDifference, readGolden } from './support/xgboost-golden.ts';
import { fc } from '../support/properties.ts';

const sum = ({ base, contributions }: Explanation): number => contributions.reduce((total, part) => total + part, base);
const logOdds = (probability: number): number => Math.log(probability / (1 - probability));

test.each(['plain-3.2', 'missing-3.2', 'parallel-3.2', 'pruned-1.7'])(
  '%s is explained as XGBoost explains it (pred_contribs)',
  (name) => {
    const { text, rows, contributions } = readGolden(name);
    const model = importXgboost(text);
    const explain = createExplain({ kind: 'gbdt', ensemble: model.ok ? model.value.ensemble : expect.unreachable() });
    const found = rows.map(explain).map(({ base, contributions: parts }) => [...parts, base]);
    expect(largestDifference(found.flat(), contributions.flat())).toBeLessThan(1e-5);
  },
);

test.each(['gbdt', 'random_forest', 'logistic'] as const)(
  'base and contributions of a %s sum to its answer',
  (kind) => {
    const data = toy(600, 3);
    const model = trainModel(options(data, { model: kind }));
    const { probability } = compileModel(model);
    const explain = createExplain(model);
    const answers = data.rows.map((row) => (kind === 'random_forest' ? probability(row) : logOdds(probability(row))));
    expect(largestDifference(data.rows.map(explain).map(sum), answers)).toBeLessThan(1e-9);
  },
);

test('an input that no tree asks for adds nothing', () => {
  const explain = createExplain(trainModel(options(toy(600, 3))));
  expect(explain([2, 0.5, 4, 7]).contributions[3]).toBe(0);
});

test('two rows can be explained in turn: none leaves a trace', () => {
  const { rows, ...data } = toy(300, 3);
  const explain = createExplain(trainModel(options({ rows, ...data })));
  const before = explain(rows[0] ?? []);
  explain(rows[1] ?? []);
  expect(explain(rows[0] ?? [])).toEqual(before);
});

test('any tree is explained as the definition of the Shapley value says', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = createRandom(seed);
      const ensemble = { base: 0.5, edges: EDGES, trees: [randomTree(random, 6), randomTree(random, 6)] };
      const row = EDGES.map(() => (random.next() < 0.2 ? Number.NaN : random.next() * 4));
      const { base, contributions } = createExplain({ kind: 'gbdt', ensemble })(row);
      const expected = shapleyByDefinition(ensemble.trees, row);
      expect(largestDifference(contributions, expected)).toBeLessThan(1e-12);
      expect(base).toBeCloseTo(0.5 + ensemble.trees.reduce((total, tree) => total + expectation(tree, row, 0), 0), 12);
    }),
    { numRuns: 300 },
  );
});

test('a tree of one leaf adds to the base only', () => {
  const leaf = { feature: [-1], bin: [], missing_left: [], value: [3], cover: [0] };
  const body: ModelBody = { kind: 'gbdt', ensemble: { base: 1, edges: [[0]], trees: [leaf] } };
  expect(createExplain(body)([0])).toEqual({ base: 4, contributions: Float64Array.of(0) });
});

const EDGES = Array.from({ length: 5 }, () => [0.5, 1.5, 2.5, 3.5]);

/** Splits again and again on the same inputs; some leaves were reached by no row. */
function randomTree(random: ReturnType<typeof createRandom>, depth: number): Tree {
  if (depth === 0 || random.next() < 0.15) {
    const cover = random.next() < 0.15 ? 0 : 1 + random.integer(9);
    return { feature: [-1], bin: [], missing_left: [], value: [random.gaussian()], cover: [cover] };
  }
  const [left, right] = [randomTree(random, depth - 1), randomTree(random, depth - 1)];
  return {
    feature: [random.integer(5), ...left.feature, ...right.feature],
    bin: [random.integer(5), ...left.bin, ...right.bin],
    missing_left: [random.integer(2), ...left.missing_left, ...right.missing_left],
    value: [...left.value, ...right.value],
    cover: [...left.cover, ...right.cover],
  };
}

/** What the tree answers when only some inputs are known: bit i of `known` is input i. */
function expectation(tree: Tree, row: readonly number[], known: number): number {
  let node = 0;
  let split = 0;
  let leaf = 0;
  const visit = (): { value: number; cover: number } => {
    const feature = tree.feature[node++] ?? -1;
    if (feature < 0) {
      const at = leaf++;
      return { value: tree.value[at] ?? 0, cover: tree.cover[at] ?? 0 };
    }
    const at = split++;
    const value = row[feature] ?? Number.NaN;
    const edge = EDGES[feature]?.[tree.bin[at] ?? 0] ?? Infinity;
    const goesLeft = Number.isNaN(value) ? tree.missing_left[at] === 1 : value <= edge;
    const [left, right] = [visit(), visit()];
    const cover = left.cover + right.cover;
    const share = cover > 0 ? left.cover / cover : 0.5;
    if (known & (1 << feature)) return { value: goesLeft ? left.value : right.value, cover };
    return { value: share * left.value + (1 - share) * right.value, cover };
  };
  return visit().value;
}

function shapleyByDefinition(trees: readonly Tree[], row: readonly number[]): number[] {
  const inputs = row.length;
  const answers = Array.from({ length: 1 << inputs }, (_, known) =>
    trees.reduce((total, tree) => total + expectation(tree, row, known), 0),
  );
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  const sizeOf = (known: number): number => known.toString(2).replaceAll('0', '').length;
  return row.map((_, input) =>
    answers.reduce((total, answer, known) => {
      if (known & (1 << input)) return total;
      const weight = (factorial(sizeOf(known)) * factorial(inputs - sizeOf(known) - 1)) / factorial(inputs);
      return total + weight * ((answers[known | (1 << input)] ?? 0) - answer);
    }, 0),
  );
}

test('many inputs along one path are exact, too', () => {
  const inputs = 40;
  const chain = Array.from({ length: inputs }, (_, i) => i);
  const tree: Tree = {
    feature: chain.flatMap((i) => (i === inputs - 1 ? [i, -1, -1] : [i, -1])),
    bin: chain.map(() => 0),
    missing_left: chain.map(() => 0),
    value: [...chain.map(() => 0), 1],
    cover: [...chain.map(() => 1), 1],
  };
  const ensemble: TreeModel['ensemble'] = { base: 0, edges: chain.map(() => [0.5]), trees: [tree] };
  const found = createExplain({ kind: 'gbdt', ensemble })(chain.map(() => 1));
  expect(sum(found)).toBeCloseTo(1, 12);
});
