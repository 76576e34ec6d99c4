/** Small made-up tables to learn from, and the slow, obvious ways to compute what src/ml computes fast. */
import { createRandom } from '../../../src/lib/random.ts';
import { sigmoid } from '../../../src/lib/math.ts';
import type { Matrix } from '../../../src/ml/matrix.ts';
import { matrixOf } from '../../../src/ml/matrix.ts';
import type { InputSpec, Tree, TreeModel } from '../../../src/ml/model.ts';
import type { TrainOptions } from '../../../src/ml/train.ts';
import type { TrainParams } from '../../../src/ml/train-params.ts';

export interface Toy {
  readonly rows: number[][];
  readonly train: Matrix;
  readonly labels: Uint8Array;
}

export const INPUTS: readonly InputSpec[] = [
  { name: 'code', type: 'integer', codes: [0, 1, 2, 3], nullable: false },
  { name: 'size', type: 'number', range: [-3, 3], nullable: true, unit: 'm' },
  { name: 'count', type: 'integer', range: [0, 20], nullable: false },
  { name: 'constant', type: 'integer', codes: [7], nullable: false },
];

/** A label that depends on two inputs and on a value being missing, with noise. */
export function toy(n: number, seed: number, missing = 0.1): Toy {
  const random = createRandom(seed);
  const labels = new Uint8Array(n);
  const rows = Array.from({ length: n }, (_, i) => {
    const code = random.integer(4);
    const size = random.next() < missing ? Number.NaN : random.gaussian();
    const odds = (code === 2 ? 2 : -0.5) + (Number.isNaN(size) ? 1.5 : -size);
    labels[i] = random.next() < sigmoid(odds) ? 1 : 0;
    return [code, size, random.integer(21), 7];
  });
  return { rows, train: matrixOf(rows), labels };
}

export const PARAMS: TrainParams = {
  model: 'gbdt',
  seed: 42,
  gbdt: {
    trees: 20,
    learning_rate: 0.2,
    leaves: 8,
    min_leaf: 5,
    subsample: 1,
    colsample: 1,
    l2: 1,
    class_weight: 'none',
  },
  random_forest: { trees: 11, max_depth: 6, min_leaf: 2, class_weight: 'none' },
  logistic: { l2: 1, class_weight: 'none' },
};

export function options(data: Toy, changes: Partial<TrainParams> = {}): TrainOptions {
  return {
    params: { ...PARAMS, ...changes },
    train: data.train,
    labels: data.labels,
    inputs: INPUTS,
    name: 'toy',
    label: '1.0.0',
    split: { method: 'hash', salt: 'toy-1', fraction: 0.3, key: 'row' },
    digests: { data: 'd'.repeat(64), params: 'e'.repeat(64) },
  };
}

/** One tree, walked by the definition of its preorder. */
export function walkTree(tree: Tree, edges: readonly (readonly number[])[], row: readonly number[]): number {
  let node = 0;
  let splits = 0;
  let leaves = 0;
  const enter = (follow: boolean): number | undefined => {
    const feature = tree.feature[node++] ?? -1;
    if (feature < 0) {
      const value = tree.value[leaves++];
      return follow ? value : undefined;
    }
    const split = splits++;
    const value = row[feature] ?? Number.NaN;
    const edge = edges[feature]?.[tree.bin[split] ?? 0] ?? Infinity;
    const left = Number.isNaN(value) ? tree.missing_left[split] === 1 : value <= edge;
    const fromLeft = enter(follow && left);
    const fromRight = enter(follow && !left);
    return fromLeft ?? fromRight;
  };
  return enter(true) ?? Number.NaN;
}

export function walkModel({ kind, ensemble }: Pick<TreeModel, 'kind' | 'ensemble'>, row: readonly number[]): number {
  const sum = ensemble.trees.reduce((total, tree) => total + walkTree(tree, ensemble.edges, row), 0);
  return kind === 'gbdt' ? sigmoid(ensemble.base + sum) : sum / ensemble.trees.length;
}

export function aucByPairs(scores: ArrayLike<number>, labels: Uint8Array): number {
  let pairs = 0;
  let ordered = 0;
  for (let i = 0; i < labels.length; i++) {
    for (let j = 0; j < labels.length; j++) {
      if (labels[i] !== 1 || labels[j] !== 0) continue;
      const [a, b] = [scores[i] ?? 0, scores[j] ?? 0];
      pairs++;
      ordered += a > b ? 1 : a === b ? 0.5 : 0;
    }
  }
  return ordered / pairs;
}
