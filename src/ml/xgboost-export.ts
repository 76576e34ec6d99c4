/**
 * Trees of ours as XGBoost's model.json, which XGBoost 1.7 to 3.2 were seen to read.
 *
 * A forest becomes a regression whose trees sum to the probability: XGBoost has no other way to say it.
 * Invariant: XGBoost sends every row of float32 values where we send it; of a double it sees the nearest float32.
 */
import { sigmoid } from '../lib/math.ts';
import { float32Above } from './float32.ts';
import type { TreeModel } from './model.ts';
import { coverTree } from './tree-cover.ts';

export function exportXgboost({ kind, ensemble, inputs }: TreeModel): string {
  const isForest = kind === 'random_forest';
  const features = inputs.length;
  const { trees, edges, base } = ensemble;
  const scale = isForest ? 1 / trees.length : 1;
  const model = object({
    gbtree_model_param: JSON.stringify({ num_parallel_tree: '1', num_trees: String(trees.length) }),
    iteration_indptr: integers(Array.from({ length: trees.length + 1 }, (_, i) => i)),
    tree_info: integers(trees.map(() => 0)),
    trees: `[\n${trees.map((tree, id) => renderTree({ tree, id, edges, features, scale })).join(',\n')}\n]`,
  });
  const learner = object({
    attributes: '{}',
    feature_names: JSON.stringify(inputs.map((input) => input.name)),
    feature_types: JSON.stringify(inputs.map((input) => (input.type === 'integer' ? 'int' : 'float'))),
    gradient_booster: object({ model, name: '"gbtree"' }),
    learner_model_param: JSON.stringify({
      base_score: scientific(isForest ? 0 : Math.min(sigmoid(base), LARGEST_SHARE)),
      boost_from_average: '1',
      num_class: '0',
      num_feature: String(features),
      num_target: '1',
    }),
    objective: JSON.stringify({
      name: isForest ? 'reg:squarederror' : 'binary:logistic',
      reg_loss_param: { scale_pos_weight: '1' },
    }),
  });
  return `${object({ learner, version: '[1, 7, 6]' })}\n`;
}

/** XGBoost refuses a base score of 1, to which a larger one is rounded. */
const LARGEST_SHARE = 0.99999994;
const LARGEST_FLOAT32 = 3.4028234663852886e38;

interface TreeToRender {
  readonly tree: TreeModel['ensemble']['trees'][number];
  readonly id: number;
  readonly edges: TreeModel['ensemble']['edges'];
  readonly features: number;
  readonly scale: number;
}

function renderTree({ tree, id, edges, features, scale }: TreeToRender): string {
  const { left, right, nth, cover, mean } = coverTree(tree);
  const { order, place, parent } = siblingOrder(left, right);
  const isLeaf = (node: number): boolean => tree.feature[node]! < 0;
  const answer = (node: number): number => mean[node]! * scale;
  // All values left, only missing ones right: XGBoost has no infinite cut.
  const cut = (node: number): number =>
    Math.min(float32Above(edges[tree.feature[node]!]?.[tree.bin[nth[node]!]!] ?? LARGEST_FLOAT32), LARGEST_FLOAT32);
  const list = (item: (node: number) => number, ofLeaf = item): number[] =>
    order.map((node) => (isLeaf(node) ? ofLeaf(node) : item(node)));
  return object({
    base_weights: floats(list(answer)),
    categories: '[]',
    categories_nodes: '[]',
    categories_segments: '[]',
    categories_sizes: '[]',
    default_left: integers(list((node) => tree.missing_left[nth[node]!]!, ZERO)),
    id: String(id),
    left_children: integers(list((node) => place[left[node]!]!, NO_CHILD)),
    loss_changes: floats(list(ZERO)),
    parents: integers(order.map((node) => (parent[node]! < 0 ? NO_PARENT : place[parent[node]!]!))),
    right_children: integers(list((node) => place[right[node]!]!, NO_CHILD)),
    split_conditions: floats(list(cut, answer)),
    split_indices: integers(list((node) => tree.feature[node]!, ZERO)),
    split_type: integers(list(ZERO)),
    sum_hessian: floats(list((node) => cover[node]!)),
    tree_param: JSON.stringify({
      num_deleted: '0',
      num_feature: String(features),
      num_nodes: String(order.length),
      size_leaf_vector: '1',
    }),
  });
}

const ZERO = (): number => 0;
const NO_CHILD = (): number => -1;
const NO_PARENT = 2147483647;

/** XGBoost takes the right child to stand beside the left one, whatever right_children says. */
function siblingOrder(
  left: Int32Array,
  right: Int32Array,
): { order: readonly number[]; place: Int32Array; parent: Int32Array } {
  const order = [0];
  const place = new Int32Array(left.length);
  const parent = new Int32Array(left.length).fill(-1);
  for (let at = 0; at < order.length; at++) {
    const node = order[at]!;
    place[node] = at;
    if (left[node] === 0) continue; // a leaf
    parent[left[node]!] = node;
    parent[right[node]!] = node;
    order.push(left[node]!, right[node]!);
  }
  return { order, place, parent };
}

/** Keys as given, which is XGBoost's order: by alphabet. */
function object(members: Readonly<Record<string, string>>): string {
  return `{${Object.entries(members)
    .map(([key, value]) => `${JSON.stringify(key)}: ${value}`)
    .join(', ')}}`;
}

const integers = (values: readonly number[]): string => `[${values.join(', ')}]`;
const floats = (values: readonly number[]): string => `[${values.map(float).join(', ')}]`;

/** With a point or an exponent: XGBoost's reader takes 0 for an integer, and refuses one among floats. */
function float(value: number): string {
  const text = String(shortest(value));
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** As XGBoost writes it. Of a base score with more digits, 1.7 makes 0.5 without a word. */
function scientific(value: number): string {
  return shortest(value).toExponential().toUpperCase();
}

/** Nine digits tell any two float32 numbers apart. */
function shortest(value: number): number {
  return Number(Math.fround(value).toPrecision(9));
}
