/**
 * A tree while it grows: linked nodes, written out in preorder at the end. Boosting and forests share it.
 */
import type { Tree } from './model.ts';

export interface TreeNode {
  /** Of a leaf; ignored once the node is split. */
  value: number;
  cover: number;
  split: TreeSplit | undefined;
}

export interface TreeSplit {
  readonly feature: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly left: TreeNode;
  readonly right: TreeNode;
}

export function leafNode(): TreeNode {
  return { value: 0, cover: 0, split: undefined };
}

export function toPreorder(root: TreeNode): Tree {
  const tree: MutableTree = { feature: [], bin: [], missing_left: [], value: [], cover: [] };
  write(root, tree);
  return tree;
}

type MutableTree = { -readonly [K in keyof Tree]: number[] };

function write(node: TreeNode, tree: MutableTree): void {
  if (node.split === undefined) {
    tree.feature.push(-1);
    tree.value.push(node.value);
    tree.cover.push(node.cover);
    return;
  }
  tree.feature.push(node.split.feature);
  tree.bin.push(node.split.bin);
  tree.missing_left.push(node.split.missingLeft ? 1 : 0);
  write(node.split.left, tree);
  write(node.split.right, tree);
}

/** Eight digits: what the file says is what training went on with, and a last bit costs no bytes. */
export function roundLeaf(value: number): number {
  return Number(value.toPrecision(8));
}
