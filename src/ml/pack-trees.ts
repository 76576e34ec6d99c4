/**
 * A tree ensemble flattened for answering: one Int32 word and one Int32 child a node.
 *
 * word = (bin + 1) << 16 | slot, where slot f reads input f with missing values as "above all bins" and
 * slot inputs + f reads it with missing values as "below all". The right child follows the left one;
 * a leaf is its own child, so that trees of different depth can be walked in step.
 */
import type { Tree, TreeEnsemble } from './model.ts';

export interface PackedTrees {
  readonly inputs: number;
  readonly word: Int32Array;
  readonly child: Int32Array;
  readonly value: Float64Array;
  /** By ascending depth, so that four neighbours have nearly the same. */
  readonly roots: Int32Array;
  readonly depths: Int32Array;
}

/** Above any bin of a node, so that a row that reached a leaf stays. */
const LEAF_WORD = 0x7fff_0000;
/** Bins a node can name; the two highest values mean "missing" and "leaf". */
export const MAX_EDGES = 0x7ffc;

export function packTrees(ensemble: TreeEnsemble): PackedTrees {
  const inputs = ensemble.edges.length;
  const shapes = ensemble.trees.map(shapeOf);
  const order = shapes.map((_, i) => i).sort((a, b) => shapes[a]!.depth - shapes[b]!.depth || a - b);
  const nodes = shapes.reduce((sum, shape) => sum + shape.left.length, 0);
  const packed: PackedTrees = {
    inputs,
    word: new Int32Array(nodes),
    child: new Int32Array(nodes),
    value: new Float64Array(nodes),
    roots: new Int32Array(order.length),
    depths: Int32Array.from(order, (i) => shapes[i]!.depth),
  };
  let next = 0;
  order.forEach((i, place) => {
    packed.roots[place] = next;
    next = packTree(ensemble.trees[i]!, shapes[i]!, packed, next);
  });
  return packed;
}

/** Breadth first: the nodes near the root, which every row visits, stand together. */
function packTree(tree: Tree, shape: Shape, packed: PackedTrees, root: number): number {
  const queue = [0];
  let next = root + 1;
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at]!;
    const place = root + at;
    const feature = tree.feature[node]!;
    const nth = shape.nth[node]!;
    if (feature < 0) {
      packed.word[place] = LEAF_WORD;
      packed.child[place] = place;
      packed.value[place] = tree.value[nth]!;
      continue;
    }
    const slot = tree.missing_left[nth] === 1 ? packed.inputs + feature : feature;
    packed.word[place] = ((tree.bin[nth]! + 1) << 16) | slot;
    packed.child[place] = next;
    next += 2;
    queue.push(shape.left[node]!, shape.right[node]!);
  }
  return next;
}

/** What preorder leaves unsaid. */
export interface Shape {
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** The node is the nth split, or the nth leaf. */
  readonly nth: Int32Array;
  readonly depth: number;
}

export function shapeOf(tree: Tree): Shape {
  const nodes = tree.feature.length;
  const shape = { left: new Int32Array(nodes), right: new Int32Array(nodes), nth: new Int32Array(nodes) };
  const waiting: number[] = []; // splits whose right side has not begun
  const depthOf = new Int32Array(nodes);
  let depth = 0;
  let splits = 0;
  let leaves = 0;
  tree.feature.forEach((feature, node) => {
    depth = Math.max(depth, depthOf[node]!);
    shape.nth[node] = feature < 0 ? leaves++ : splits++;
    if (feature >= 0) {
      waiting.push(node);
      shape.left[node] = node + 1;
      depthOf[node + 1] = depthOf[node]! + 1;
      return;
    }
    const parent = waiting.pop();
    if (parent === undefined) return; // the last leaf
    shape.right[parent] = node + 1;
    depthOf[node + 1] = depthOf[parent]! + 1;
  });
  return { ...shape, depth };
}
