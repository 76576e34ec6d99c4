/**
 * One tree of an XGBoost file, whose nodes name their children by index, to a tree in preorder.
 *
 * Invariant: every node is entered at most once and by an index that exists, so reading ends whatever the file says.
 */
import { err, ok, type Result } from '../lib/result.ts';
import type { Tree } from './model.ts';
import type { ModelProblem } from './model-problem.ts';
import type { XgboostTree } from './xgboost-schema.ts';

/** Nodes that pruning has cut off stay in the file; they look like leaves. */
export function isCut(tree: XgboostTree, node: number): boolean {
  return tree.left_children[node] !== -1;
}

/** `binOf`: the bin of each cut, one map an input. */
export function readTree(
  source: XgboostTree,
  path: string,
  binOf: readonly ReadonlyMap<number, number>[],
): Result<Tree, ModelProblem> {
  const tree: Writable = { feature: [], bin: [], missing_left: [], value: [], cover: [] };
  const entered = new Set<number>();
  const waiting = [0];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (!Number.isInteger(node) || node < 0 || node >= source.left_children.length) {
      return err(broken(path, `names a node ${node} that it does not have`));
    }
    if (entered.has(node)) return err(broken(path, `comes to its node ${node} by two ways`));
    entered.add(node);
    if (!isCut(source, node)) {
      tree.feature.push(-1);
      tree.value.push(Math.fround(source.split_conditions[node]!) + 0); // + 0: there is no -0 in JSON
      tree.cover.push(Math.fround(source.sum_hessian[node]!));
      continue;
    }
    const input = source.split_indices[node]!;
    const bin = binOf[input]?.get(Math.fround(source.split_conditions[node]!) + 0);
    if (bin === undefined) return err(broken(path, `splits on input ${input}, which the model does not have`));
    tree.feature.push(input);
    tree.bin.push(bin);
    tree.missing_left.push(Number(source.default_left[node]!));
    waiting.push(source.right_children[node]!, source.left_children[node]!);
  }
  return ok(tree);
}

type Writable = { -readonly [K in keyof Tree]: number[] };

function broken(path: string, what: string): ModelProblem {
  return { code: 'tree-broken', message: `${path} ${what}`, path };
}
