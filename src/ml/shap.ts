/**
 * Shapley values of a tree ensemble's inputs for one row, exactly, where a tree's answer without some inputs is the
 * mean over the branches these would choose between, weighted with cover (path-dependent TreeSHAP).
 *
 * Along the way to a leaf, input i multiplies the leaf's value by o (1 if the row agrees with all its splits, else 0)
 * when it is known, and by z (its share of the cover) when it is not. The Shapley value is Owen's integral
 * of (o - z) * product over the other inputs of (z (1 - t) + o t) for t from 0 to 1: a polynomial, so a few points
 * of quadrature give it exactly. The products grow on the way down, the leaves are summed on the way up
 * (as in Linear TreeSHAP, Yu et al. 2022), so a node costs a few operations a point, whatever its depth.
 */
import type { Tree, TreeEnsemble } from './model.ts';
import { gaussLegendre, type Quadrature } from './quadrature.ts';
import { coverTree, leftShare } from './tree-cover.ts';

export interface TreeShap {
  /** Mean of the sum of the trees, weighted with cover. */
  readonly expected: number;
  /** Adds the value of each input to `into`; values and `expected` sum to what the trees answer. */
  readonly explain: (row: Float64Array, into: Float64Array) => void;
}

export function createTreeShap(ensemble: TreeEnsemble): TreeShap {
  const trees = ensemble.trees.map((tree) => prepare(tree, ensemble));
  const depth = trees.reduce((most, tree) => Math.max(most, tree.depth), 0);
  const points = trees.reduce((most, tree) => Math.max(most, tree.quadrature.points.length), 1);
  const known = new Uint8Array(ensemble.edges.length);
  const products = new Float64Array((depth + 1) * points);
  const sums = new Float64Array((depth + 1) * points);
  return {
    expected: trees.reduce((sum, tree) => sum + tree.expected, 0),
    explain: (row, into) => {
      known.fill(1);
      for (const tree of trees) {
        products.fill(1, 0, tree.quadrature.points.length);
        descend(tree, 0, 0, { row, known, products, sums, into });
      }
    },
  };
}

/** One entry a node, in preorder; what does not depend on the row is worked out beforehand. */
interface PreparedTree {
  readonly feature: Int32Array;
  readonly edge: Float64Array;
  readonly missingLeft: Uint8Array;
  readonly right: Int32Array;
  readonly value: Float64Array;
  /** z of the parent's input: at the parent, and with the parent's split. */
  readonly shareAbove: Float64Array;
  readonly share: Float64Array;
  readonly depth: number;
  readonly expected: number;
  readonly quadrature: Quadrature;
}

function prepare(tree: Tree, { edges }: TreeEnsemble): PreparedTree {
  const covered = coverTree(tree);
  const { nth, left, right, cover } = covered;
  const shareAbove = new Float64Array(nth.length);
  const share = new Float64Array(nth.length);
  const shares = new Float64Array(edges.length).fill(1); // z of each input on the way to the node visited
  const splits = new Int32Array(edges.length);
  let inputs = 0;
  let mostInputs = 1;
  const visit = (node: number): void => {
    const feature = tree.feature[node]!;
    if (feature < 0) return;
    const toLeft = leftShare(cover[left[node]!]!, cover[right[node]!]!);
    const above = shares[feature]!;
    if (splits[feature]!++ === 0) mostInputs = Math.max(mostInputs, ++inputs);
    for (const [child, part] of [[left[node]!, toLeft] as const, [right[node]!, 1 - toLeft] as const]) {
      shareAbove[child] = above;
      share[child] = above * part;
      shares[feature] = above * part;
      visit(child);
    }
    shares[feature] = above;
    if (--splits[feature]! === 0) inputs--;
  };
  visit(0);
  return {
    feature: Int32Array.from(tree.feature),
    edge: Float64Array.from(tree.feature, (feature, node) => edges[feature]?.[tree.bin[nth[node]!]!] ?? Infinity),
    missingLeft: Uint8Array.from(tree.feature, (feature, node) => (feature < 0 ? 0 : tree.missing_left[nth[node]!]!)),
    right,
    value: covered.mean,
    shareAbove,
    share,
    depth: covered.depth,
    expected: covered.mean[0]!,
    quadrature: gaussLegendre((mostInputs + 1) >> 1),
  };
}

interface Scratch {
  readonly row: Float64Array;
  /** o of each input at this node. */
  readonly known: Uint8Array;
  /** At each depth and point: the product down to here, and the sum of what is below. */
  readonly products: Float64Array;
  readonly sums: Float64Array;
  readonly into: Float64Array;
}

function descend(tree: PreparedTree, node: number, depth: number, scratch: Scratch): void {
  const { products, sums } = scratch;
  const points = tree.quadrature.points.length;
  const at = depth * points;
  const feature = tree.feature[node]!;
  if (feature < 0) {
    const value = tree.value[node]!;
    for (let q = 0; q < points; q++) sums[at + q] = products[at + q]! * value;
    return;
  }
  sums.fill(0, at, at + points);
  const value = scratch.row[feature]!;
  const goesLeft = value === value ? value <= tree.edge[node]! : tree.missingLeft[node] === 1;
  descendTo(tree, node + 1, depth, feature, goesLeft ? 1 : 0, scratch);
  descendTo(tree, tree.right[node]!, depth, feature, goesLeft ? 0 : 1, scratch);
}

/**
 * Where an input is split again further down, its factor there replaces the one above:
 * so what the leaves below get from it here is taken back, and given anew.
 */
function descendTo(
  tree: PreparedTree,
  child: number,
  depth: number,
  feature: number,
  agrees: 0 | 1,
  scratch: Scratch,
): void {
  const { known, products, sums, into } = scratch;
  const { points, weights } = tree.quadrature;
  const above = known[feature]!;
  const here = above & agrees;
  const shareAbove = tree.shareAbove[child]!;
  const share = tree.share[child]!;
  if (here === 0 && share === 0) return; // nothing below counts, known or not; and 0 cannot be divided by
  const at = depth * points.length;
  const below = at + points.length;
  for (let q = 0; q < points.length; q++) {
    const t = points[q]!;
    products[below + q] = (products[at + q]! * (share * (1 - t) + here * t)) / (shareAbove * (1 - t) + above * t);
  }
  known[feature] = here;
  descend(tree, child, depth + 1, scratch);
  known[feature] = above;
  let sum = 0;
  for (let q = 0; q < points.length; q++) {
    const t = points[q]!;
    const found = sums[below + q]!;
    sums[at + q]! += found;
    const gained = (here - share) / (share * (1 - t) + here * t);
    const takenBack = (above - shareAbove) / (shareAbove * (1 - t) + above * t);
    sum += weights[q]! * found * (gained - takenBack);
  }
  into[feature]! += sum;
}
