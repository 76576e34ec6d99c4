/**
 * Gradient-boosted trees for log loss, grown leaf by leaf on histograms (as LightGBM).
 * Knows nothing of model files, thresholds or parameters' defaults.
 *
 * Invariant: the trees follow from rows, labels, parameters and seed alone; with subsample 1, not from the order of rows.
 */
import { log } from '../lib/math.ts';
import { createRandom, type Random } from '../lib/random.ts';
import type { BinTable } from './bin-table.ts';
import { bundleRows, type BundledRows, mostSlots } from './bundles.ts';
import { countPositives, positiveWeight } from './class-weight.ts';
import {
  addToHistogram,
  addToScores,
  PACK,
  packGradients,
  type ScanLimits,
  type SplitScan,
  scanColumn,
  subtractHistogram,
  unfoldHistogram,
} from './gbdt-kernels.ts';
import type { Tree, TreeEnsemble } from './model.ts';
import { partitionRows } from './partition.ts';
import type { RoundScore } from './train.ts';
import type { GbdtParams } from './train-params.ts';
import { createWatch, meanLogLoss, shareOut } from './early-stopping.ts';
import { leafNode, roundLeaf, type TreeNode, toPreorder } from './tree-builder.ts';

export interface BoostOptions {
  readonly table: BinTable;
  readonly labels: Uint8Array;
  readonly params: GbdtParams;
  readonly seed: number;
  /** 1 for rows that no tree may learn from; they are only scored. */
  readonly held?: Uint8Array;
  readonly onRound?: ((round: number, score: () => RoundScore) => void) | undefined;
}

export interface Boosted {
  readonly ensemble: TreeEnsemble;
  /** Log-odds of each row after the last round. */
  readonly scores: Float64Array;
}

export function trainGbdt(options: BoostOptions): Boosted {
  const { table, labels, params, seed, onRound } = options;
  const random = createRandom(seed);
  const { learnt, held, patience } = shareOut({
    labels,
    seed,
    stopping: params.early_stopping ?? undefined,
    held: options.held,
  });
  const truth = Uint8Array.from(learnt, (row) => labels[row]!);
  const weight = positiveWeight(truth, params.class_weight);
  const positives = countPositives(truth);
  const base = roundLeaf(log((positives * weight) / (truth.length - positives)));
  const work = createWorkspace(table, params.leaves, learnt);
  work.score.fill(base);
  const watch = createWatch(patience);
  const trees: Tree[] = [];
  for (let round = 1; round <= params.trees; round++) {
    const { score, gradient, hessian, packed } = work;
    const units = packGradients(score, labels, learnt, weight, gradient, hessian, packed);
    const bag = sampleRows(work, params.subsample, held, random);
    const view = sampleColumns(work, params.colsample, random);
    trees.push(growTree({ work, bag, view, params, limits: { ...units, l2: params.l2, minLeaf: params.min_leaf } }));
    const heldLoss = patience === undefined ? undefined : meanLogLoss(score, labels, held);
    onRound?.(round, () =>
      heldLoss === undefined
        ? { loss: meanLogLoss(score, labels, learnt), on: 'training rows' }
        : { loss: heldLoss, on: 'rows held back' },
    );
    if (heldLoss !== undefined && watch.isOver(round, heldLoss)) break;
  }
  const kept = patience === undefined ? trees : trees.slice(0, watch.best());
  return { ensemble: { base, edges: table.edges.map((cuts) => Array.from(cuts)), trees: kept }, scores: work.score };
}

/** Buffers that live as long as one training. */
interface Workspace {
  readonly table: BinTable;
  /** The rows trees may learn from. */
  readonly learnt: Int32Array;
  readonly score: Float64Array;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
  readonly packed: Float64Array;
  /** The rows in the bag first, then the others: these only follow the tree, to be scored by it. */
  readonly rows: Int32Array;
  readonly spare: Int32Array;
  readonly packedRows: Uint16Array;
  /** All columns packed, once they were: every tree sees the same. */
  whole: ColumnView | undefined;
  /** Of bundles, one a leaf: a split reuses its parent's for the larger child. */
  readonly histograms: readonly Float64Array[];
  /** Of single inputs, of the leaf whose split is being looked for. */
  readonly unfolded: Float64Array;
}

function createWorkspace(table: BinTable, leaves: number, learnt: Int32Array): Workspace {
  const { rows } = table;
  const numbers = (): Float64Array => new Float64Array(rows);
  return {
    table,
    learnt,
    score: numbers(),
    gradient: numbers(),
    hessian: numbers(),
    packed: numbers(),
    rows: new Int32Array(rows),
    spare: new Int32Array(rows),
    packedRows: new Uint16Array(rows * ((table.columns + 1) & ~1)),
    whole: undefined,
    histograms: Array.from({ length: leaves }, () => new Float64Array(mostSlots(table) + 1)),
    unfolded: new Float64Array(table.from[table.columns]!),
  };
}

/** Returns how many rows are in the bag. */
function sampleRows({ rows, learnt }: Workspace, share: number, held: Int32Array, random: Random): number {
  rows.set(held, learnt.length);
  if (share >= 1) {
    rows.set(learnt);
    return learnt.length;
  }
  let inBag = 0;
  let out = learnt.length;
  for (let i = 0; i < learnt.length; i++) {
    if (random.next() < share) rows[inBag++] = learnt[i]!;
    else rows[--out] = learnt[i]!;
  }
  return inBag;
}

/** The inputs a tree may split on, ascending, and their bundles row after row. */
interface ColumnView extends BundledRows {
  readonly columns: Int32Array;
}

function sampleColumns(work: Workspace, share: number, random: Random): ColumnView {
  const { table, packedRows } = work;
  const all = Int32Array.from({ length: table.columns }, (_, column) => column);
  const picked = Math.max(1, Math.floor(table.columns * share + 0.5));
  if (picked === table.columns) return (work.whole ??= { columns: all, ...bundleRows(table, all, packedRows) });
  const columns = random.shuffle(all).subarray(0, picked).sort();
  return { columns, ...bundleRows(table, columns, packedRows) };
}

interface Growth {
  readonly work: Workspace;
  readonly bag: number;
  readonly view: ColumnView;
  readonly params: GbdtParams;
  readonly limits: ScanLimits;
}

/** A leaf that may still be split: its rows in and out of the bag, its packed sum, its best split. */
interface OpenLeaf {
  readonly node: TreeNode;
  readonly inBag: Range;
  readonly outOfBag: Range;
  readonly total: number;
  readonly histogram: Float64Array;
  best: SplitScan | undefined;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

const length = (range: Range): number => range.end - range.start;

function growTree(growth: Growth): Tree {
  const { work, params } = growth;
  const root = leafNode();
  const leaves = [openRoot(root, growth)];
  while (leaves.length < params.leaves) {
    const at = mostGain(leaves);
    const leaf = leaves[at];
    if (leaf?.best === undefined) break;
    const spareHistogram = work.histograms[leaves.length]!;
    const [left, right] = splitLeaf(leaf, leaf.best, spareHistogram, growth);
    leaves[at] = left;
    leaves.push(right);
    if (leaves.length === params.leaves) break; // full: nobody will ask for these histograms
    fillHistograms(left, right, growth);
    left.best = findSplit(left, growth);
    right.best = findSplit(right, growth);
  }
  for (const leaf of leaves) closeLeaf(leaf, growth);
  return toPreorder(root);
}

function openRoot(node: TreeNode, growth: Growth): OpenLeaf {
  const { work, bag, view } = growth;
  const histogram = work.histograms[0]!;
  const inBag = { start: 0, end: bag };
  fillHistogram(histogram, inBag, growth);
  const total = histogram.subarray(0, view.firstSlots).reduce((a, b) => a + b, 0);
  const leaf = { node, inBag, outOfBag: { start: bag, end: work.rows.length }, total, histogram, best: undefined };
  return { ...leaf, best: findSplit(leaf, growth) };
}

/** Ties go to the older leaf. */
function mostGain(leaves: readonly OpenLeaf[]): number {
  let most = 0;
  leaves.forEach((leaf, i) => {
    if ((leaf.best?.gain ?? 0) > (leaves[most]?.best?.gain ?? 0)) most = i;
  });
  return most;
}

/** The smaller child gets the spare histogram and will be summed anew; the larger keeps the parent's. */
function splitLeaf(
  leaf: OpenLeaf,
  best: SplitScan,
  spareHistogram: Float64Array,
  growth: Growth,
): [OpenLeaf, OpenLeaf] {
  const { table } = growth.work;
  const left = leafNode();
  const right = leafNode();
  const inBag = partition(leaf.inBag, best, growth.work);
  const outOfBag = partition(leaf.outOfBag, best, growth.work);
  const leftIsSmall = length(inBag.left) <= length(inBag.right);
  // Without missing values in training, those to come go where most rows went.
  const missingLeft = table.missing[best.column]! < 0 ? !leftIsSmall : best.missingLeft;
  leaf.node.split = { feature: best.column, bin: best.slot - table.from[best.column]!, missingLeft, left, right };
  const child = (node: TreeNode, side: 'left' | 'right', total: number): OpenLeaf => ({
    node,
    inBag: inBag[side],
    outOfBag: outOfBag[side],
    total,
    histogram: leftIsSmall === (side === 'left') ? spareHistogram : leaf.histogram,
    best: undefined,
  });
  return [child(left, 'left', best.leftTotal), child(right, 'right', leaf.total - best.leftTotal)];
}

function partition(range: Range, best: SplitScan, { table, rows, spare }: Workspace): { left: Range; right: Range } {
  const missingLeft = best.missingLeft ? table.missing[best.column]! : -1;
  const { start, end } = range;
  const offset = best.column * table.rows;
  const middle = partitionRows(table.slots, offset, best.slot, missingLeft, rows, start, end, spare);
  return { left: { start, end: middle }, right: { start: middle, end } };
}

function fillHistograms(left: OpenLeaf, right: OpenLeaf, growth: Growth): void {
  const [small, large] = length(left.inBag) <= length(right.inBag) ? [left, right] : [right, left];
  fillHistogram(small.histogram, small.inBag, growth);
  subtractHistogram(large.histogram, small.histogram, growth.view.slots);
}

function fillHistogram(histogram: Float64Array, range: Range, { work, view }: Growth): void {
  histogram.fill(0, 0, view.slots);
  addToHistogram(view.pairs, view.pairsPerRow, work.rows, range.start, range.end, work.packed, histogram);
}

function findSplit(leaf: OpenLeaf, { work, view, limits }: Growth): SplitScan | undefined {
  const rows = length(leaf.inBag);
  if (rows < 2 * limits.minLeaf) return undefined;
  const { from, missing } = work.table;
  const { unfolded } = work;
  unfolded.fill(0);
  unfoldHistogram(leaf.histogram, view.unfolding.bundled, view.unfolding.single, unfolded);
  const scan = { total: leaf.total, rows, gain: MIN_GAIN, column: -1, slot: 0, missingLeft: false, leftTotal: 0 };
  for (const column of view.columns) {
    const end = missing[column]! < 0 ? from[column + 1]! : missing[column]!;
    scanColumn(unfolded, from[column]!, end, column, missing[column]!, scan, limits);
  }
  return scan.column < 0 ? undefined : scan;
}

/** Value from the packed sums, so that it too is the same for any order of rows. */
function closeLeaf(leaf: OpenLeaf, { work, params, limits }: Growth): void {
  const gradientUnits = Math.floor(leaf.total / PACK);
  const gradient = gradientUnits / limits.gradientUnits;
  const hessian = (leaf.total - gradientUnits * PACK) / limits.hessianUnits;
  const value = roundLeaf((-params.learning_rate * gradient) / (hessian + params.l2 + TINY));
  leaf.node.value = value;
  leaf.node.cover = length(leaf.inBag);
  addToScores(work.score, work.rows, leaf.inBag.start, leaf.inBag.end, value);
  addToScores(work.score, work.rows, leaf.outOfBag.start, leaf.outOfBag.end, value);
}

/** Below this a gain is rounding. */
const MIN_GAIN = 1e-12;
/** Keeps a leaf of rows that are all but certain from dividing by 0. */
const TINY = 1e-12;
