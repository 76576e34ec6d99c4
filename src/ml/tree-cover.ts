/**
 * What the leaves say about the nodes above them: how much of the training reached each, and what it would answer
 * there. Explanations, importances and other formats ask for it.
 */
import type { Tree } from './model.ts';
import { type Shape, shapeOf } from './pack-trees.ts';

/** One entry a node, in preorder. */
export interface CoveredTree extends Shape {
  readonly cover: Float64Array;
  /** Mean of the leaves below, weighted with their cover; of a leaf, its value. */
  readonly mean: Float64Array;
}

export function coverTree(tree: Tree): CoveredTree {
  const shape = shapeOf(tree);
  const nodes = tree.feature.length;
  const cover = new Float64Array(nodes);
  const mean = new Float64Array(nodes);
  // Children stand after their parent.
  for (let node = nodes - 1; node >= 0; node--) {
    const nth = shape.nth[node]!;
    if (tree.feature[node]! < 0) {
      cover[node] = tree.cover[nth]!;
      mean[node] = tree.value[nth]!;
      continue;
    }
    const left = shape.left[node]!;
    const right = shape.right[node]!;
    cover[node] = cover[left]! + cover[right]!;
    const share = leftShare(cover[left]!, cover[right]!);
    mean[node] = share * mean[left]! + (1 - share) * mean[right]!;
  }
  return { ...shape, cover, mean };
}

/** A node that nobody reached tells nothing: half and half. */
export function leftShare(left: number, right: number): number {
  return left + right > 0 ? left / (left + right) : 0.5;
}
