/**
 * Which inputs a model lives on, over all rows. Two answers: what its own trees say, and what it loses
 * when an input is shuffled.
 */
import { createRandom } from '../lib/random.ts';
import type { Evaluator } from './evaluator.ts';
import type { Matrix } from './matrix.ts';
import { rocAuc } from './metrics.ts';
import type { TreeEnsemble } from './model.ts';
import { rank } from './ranking.ts';
import { coverTree } from './tree-cover.ts';

/**
 * Each input's share of the variance that the splits explain, weighted with cover: for a forest the mean
 * decrease in impurity. Zeros when no tree splits.
 */
export function gainImportances({ edges, trees }: TreeEnsemble): Float64Array {
  const gains = new Float64Array(edges.length);
  for (const tree of trees) {
    const { left, right, cover, mean } = coverTree(tree);
    tree.feature.forEach((feature, node) => {
      if (feature < 0) return;
      const [a, b, here] = [left[node]!, right[node]!, cover[node]!];
      const difference = mean[a]! - mean[b]!;
      if (here > 0) gains[feature]! += ((cover[a]! * cover[b]!) / here) * difference * difference;
    });
  }
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  return total === 0 ? gains : gains.map((gain) => gain / total);
}

export interface PermutationOptions {
  readonly evaluator: Pick<Evaluator, 'probabilities'>;
  readonly rows: Matrix;
  /** 0 or 1, one a row; both must occur. */
  readonly labels: Uint8Array;
  readonly seed: number;
  readonly repeats: number;
}

/** By how much the AUC falls, on average, when the values of one input change places among the rows. */
export function permutationImportances(options: PermutationOptions): Float64Array {
  const { evaluator, rows, labels, seed, repeats } = options;
  const random = createRandom(seed);
  const auc = rocAuc(rank(evaluator.probabilities(rows), labels));
  const values = rows.values.slice();
  return Float64Array.from({ length: rows.columns }, (_, input) => {
    let fall = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      // By input and repeat: what is asked of one input does not depend on the others.
      const order = random.fork(input * repeats + repeat).shuffle(Int32Array.from(labels.keys()));
      order.forEach((from, row) => {
        values[row * rows.columns + input] = rows.values[from * rows.columns + input]!;
      });
      fall += auc - rocAuc(rank(evaluator.probabilities({ ...rows, values }), labels));
    }
    for (let at = input; at < values.length; at += rows.columns) values[at] = rows.values[at]!;
    return fall / repeats;
  });
}
