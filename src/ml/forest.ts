/**
 * Random forest: each tree on its own bootstrap of the rows, each split on the best of a few inputs drawn anew.
 * Knows nothing of model files or parameters' defaults.
 *
 * Invariant: tree i follows from rows, labels, parameters, seed and i alone, whoever else is grown before it.
 */
import { createRandom, type Random } from '../lib/random.ts';
import type { BinTable } from './bin-table.ts';
import { positiveWeight } from './class-weight.ts';
import { countBySlot, type GiniScan, PACK, scanGini } from './forest-kernels.ts';
import type { Tree, TreeEnsemble } from './model.ts';
import { partitionRows } from './partition.ts';
import type { ForestParams } from './train-params.ts';
import { leafNode, roundLeaf, type TreeNode, toPreorder } from './tree-builder.ts';

export interface ForestOptions {
  readonly table: BinTable;
  readonly labels: Uint8Array;
  readonly params: ForestParams;
  readonly seed: number;
  readonly onRound?: ((round: number) => void) | undefined;
}

export interface Forest {
  readonly ensemble: TreeEnsemble;
  /** For each row the mean answer of the trees that did not learn from it; NaN where all did. */
  readonly outOfBag: Float64Array;
}

export function trainForest({ table, labels, params, seed, onRound }: ForestOptions): Forest {
  const random = createRandom(seed);
  const work = createWorkspace(table, labels, params);
  const trees: Tree[] = [];
  for (let round = 1; round <= params.trees; round++) {
    trees.push(growTree(work, random.fork(round)));
    onRound?.(round);
  }
  const outOfBag = work.answers.map((sum, row) => sum / work.answered[row]!);
  return { ensemble: { base: 0, edges: table.edges.map((cuts) => Array.from(cuts)), trees }, outOfBag };
}

interface Workspace {
  readonly table: BinTable;
  readonly labels: Uint8Array;
  readonly params: ForestParams;
  readonly positiveWeight: number;
  /** Inputs tried at a split. */
  readonly tries: number;
  readonly histogram: Float64Array;
  readonly packed: Float64Array;
  /** The rows in the bag first, then the others. */
  readonly rows: Int32Array;
  readonly spare: Int32Array;
  readonly columns: Int32Array;
  readonly answers: Float64Array;
  readonly answered: Int32Array;
}

function createWorkspace(table: BinTable, labels: Uint8Array, params: ForestParams): Workspace {
  const { rows, columns } = table;
  return {
    table,
    labels,
    params,
    positiveWeight: positiveWeight(labels, params.class_weight),
    tries: Math.max(1, Math.floor(Math.sqrt(columns))),
    histogram: new Float64Array(table.from[columns]! + 1),
    packed: new Float64Array(rows),
    rows: new Int32Array(rows),
    spare: new Int32Array(rows),
    columns: Int32Array.from({ length: columns }, (_, column) => column),
    answers: new Float64Array(rows),
    answered: new Int32Array(rows),
  };
}

interface GrowingNode {
  readonly node: TreeNode;
  readonly depth: number;
  /** Packed counts of the rows in the bag. */
  readonly total: number;
  readonly start: number;
  readonly end: number;
  readonly outStart: number;
  readonly outEnd: number;
}

function growTree(work: Workspace, random: Random): Tree {
  const { bag, total } = bootstrap(work, random);
  work.columns.forEach((_, i) => {
    work.columns[i] = i; // the order left by the tree before must not matter to this one
  });
  const root = leafNode();
  grow({ node: root, depth: 0, total, start: 0, end: bag, outStart: bag, outEnd: work.rows.length }, work, random);
  return toPreorder(root);
}

/** As many draws as rows; how often a row was drawn is its weight. */
function bootstrap({ rows, packed, labels }: Workspace, random: Random): { bag: number; total: number } {
  packed.fill(0);
  for (let i = 0; i < packed.length; i++) {
    const row = random.integer(packed.length);
    packed[row]! += labels[row] === 1 ? PACK : 1;
  }
  let bag = 0;
  let out = rows.length;
  let total = 0;
  packed.forEach((weight, row) => {
    total += weight;
    if (weight > 0) rows[bag++] = row;
    else rows[--out] = row;
  });
  return { bag, total };
}

function grow(here: GrowingNode, work: Workspace, random: Random): void {
  const best = here.depth < work.params.max_depth ? bestSplit(here, work, random) : undefined;
  if (best === undefined) return close(here, work);
  const { table, rows, spare } = work;
  const offset = best.column * table.rows;
  const missingLeft = best.missingLeft ? table.missing[best.column]! : -1;
  const divide = (start: number, end: number): number =>
    partitionRows(table.slots, offset, best.slot, missingLeft, rows, start, end, spare);
  const middle = divide(here.start, here.end);
  const outMiddle = divide(here.outStart, here.outEnd);
  const left = leafNode();
  const right = leafNode();
  const bin = best.slot - table.from[best.column]!;
  const heavierLeft = countOf(best.leftTotal) * 2 >= countOf(here.total);
  const missing = table.missing[best.column]! < 0 ? heavierLeft : best.missingLeft;
  here.node.split = { feature: best.column, bin, missingLeft: missing, left, right };
  const depth = here.depth + 1;
  const total = best.leftTotal;
  grow({ ...here, node: left, depth, total, end: middle, outEnd: outMiddle }, work, random);
  grow({ ...here, node: right, depth, total: here.total - total, start: middle, outStart: outMiddle }, work, random);
}

/** Inputs that do not vary in the node do not count as tried, as in scikit-learn. */
function bestSplit(here: GrowingNode, work: Workspace, random: Random): GiniScan | undefined {
  const { table, params, histogram, columns } = work;
  const positives = Math.floor(here.total / PACK);
  const count = countOf(here.total);
  if (positives === 0 || positives === count || count < 2 * params.min_leaf) return undefined;
  const scan = startScan(here.total, work);
  let tried = 0;
  for (let i = 0; i < columns.length && tried < work.tries; i++) {
    const drawn = i + random.integer(columns.length - i);
    const column = columns[drawn]!;
    columns[drawn] = columns[i]!;
    columns[i] = column;
    const first = table.from[column]!;
    const next = table.from[column + 1]!;
    if (next - first < 2) continue;
    histogram.fill(0, first, next);
    countBySlot(table.slots, column * table.rows, work.rows, here.start, here.end, work.packed, histogram);
    const missing = table.missing[column]!;
    if (scanGini(histogram, first, missing < 0 ? next : missing, column, missing, scan)) tried++;
  }
  return scan.column < 0 ? undefined : scan;
}

function startScan(total: number, work: Workspace): GiniScan {
  const ones = Math.floor(total / PACK) * work.positiveWeight;
  const zeros = total % PACK;
  const purity = (ones * ones + zeros * zeros) / (ones + zeros) + MIN_GAIN;
  const { min_leaf: minLeaf } = work.params;
  const { positiveWeight } = work;
  return { total, positiveWeight, minLeaf, purity, column: -1, slot: 0, missingLeft: false, leftTotal: 0 };
}

function close(here: GrowingNode, work: Workspace): void {
  const ones = Math.floor(here.total / PACK) * work.positiveWeight;
  const zeros = here.total % PACK;
  here.node.value = roundLeaf(ones / (ones + zeros));
  here.node.cover = countOf(here.total);
  for (let k = here.outStart; k < here.outEnd; k++) {
    const row = work.rows[k]!;
    work.answers[row]! += here.node.value;
    work.answered[row]! += 1;
  }
}

const countOf = (total: number): number => Math.floor(total / PACK) + (total % PACK);

/** Below this a gain is rounding. */
const MIN_GAIN = 1e-9;
