/**
 * Answers of a tree ensemble: the row is turned into bins once, then every tree is walked on integers.
 *
 * Kernels are top-level and monomorphic (see gbdt-kernels). Four trees advance together because each step
 * waits for memory: the processor overlaps four waits. The step has no branch: the sign bit of
 * (node's bin - row's bin) is the side. Missing values cost nothing: they are bins too.
 */
import { binOf } from './bins.ts';
import type { TreeEnsemble } from './model.ts';
import { packTrees, type PackedTrees } from './pack-trees.ts';

/** Above and below every bin of a row. */
const MISSING_ABOVE = 0x7ffe;
const MISSING_BELOW = 0;

export interface TreeEvaluator {
  /** Sum over the trees' leaves for the row that begins at `offset`. */
  readonly sum: (values: Float64Array, offset: number) => number;
}

/** All that answering needs of an ensemble, and nothing but typed arrays: a thread can make it for another. */
export interface CompiledTrees extends PackedTrees, Lookups {
  readonly edges: readonly Float64Array[];
}

export function compileTrees(ensemble: TreeEnsemble): CompiledTrees {
  const edges = ensemble.edges.map((cuts) => Float64Array.from(cuts));
  return { ...packTrees(ensemble), edges, ...createLookups(edges) };
}

export function createTreeEvaluator(trees: CompiledTrees): TreeEvaluator {
  const { edges, lowest, size, start, table, word, child, value, roots, depths } = trees;
  const bins = new Int32Array(2 * edges.length);
  return {
    sum: (values, offset) => {
      binRow(values, offset, edges, lowest, size, start, table, bins);
      return walk(word, child, value, roots, depths, bins);
    },
  };
}

/** Inputs whose edges lie close together are looked up, not searched: most inputs are small whole numbers. */
interface Lookups {
  readonly lowest: Int32Array;
  /** Entries of the input's table; 0: never compared; -1: search. */
  readonly size: Int32Array;
  readonly start: Int32Array;
  readonly table: Int32Array;
}

const MAX_LOOKUP = 4096;

function createLookups(edges: readonly Float64Array[]): Lookups {
  const lowest = new Int32Array(edges.length);
  const size = new Int32Array(edges.length);
  const start = new Int32Array(edges.length);
  const table: number[] = [];
  edges.forEach((cuts, input) => {
    const low = Math.floor(cuts[0] ?? 0) - 1;
    const high = Math.ceil(cuts[cuts.length - 1] ?? 0) + 1;
    const usable = high - low <= MAX_LOOKUP && Math.abs(low) < 1e9;
    size[input] = cuts.length === 0 ? 0 : usable ? high - low + 1 : -1;
    if (size[input] <= 0) return;
    lowest[input] = low;
    start[input] = table.length;
    for (let value = low; value <= high; value++) table.push(binOf(cuts, value) + 1);
  });
  return { lowest, size, start, table: Int32Array.from(table) };
}

/** Kernel: bins of one row, counted from 1, once with missing values above (slot f) and once below (slot inputs + f). */
function binRow(
  values: Float64Array,
  offset: number,
  edges: readonly Float64Array[],
  lowest: Int32Array,
  size: Int32Array,
  start: Int32Array,
  table: Int32Array,
  bins: Int32Array,
): void {
  const inputs = edges.length;
  for (let input = 0; input < inputs; input++) {
    const value = values[offset + input]!;
    if (value !== value) {
      bins[input] = MISSING_ABOVE;
      bins[inputs + input] = MISSING_BELOW;
      continue;
    }
    const entries = size[input]!;
    const entry = (value - lowest[input]!) | 0;
    let bin = 1;
    if (entries > 0 && entry >= 0 && entry < entries && value === entry + lowest[input]!)
      bin = table[start[input]! + entry]!;
    else if (entries !== 0) bin = binOf(edges[input]!, value) + 1;
    bins[input] = bin;
    bins[inputs + input] = bin;
  }
}

/** Kernel: the sum over all trees' leaves, in the packed order, which is fixed for a model. */
function walk(
  word: Int32Array,
  child: Int32Array,
  value: Float64Array,
  roots: Int32Array,
  depths: Int32Array,
  bins: Int32Array,
): number {
  const trees = roots.length;
  let sum = 0;
  let tree = 0;
  for (; tree + 3 < trees; tree += 4) {
    let a = roots[tree]!;
    let b = roots[tree + 1]!;
    let c = roots[tree + 2]!;
    let d = roots[tree + 3]!;
    for (let step = depths[tree + 3]!; step > 0; step--) {
      let node = word[a]!;
      a = child[a]! + (((node >> 16) - bins[node & 0xffff]!) >>> 31);
      node = word[b]!;
      b = child[b]! + (((node >> 16) - bins[node & 0xffff]!) >>> 31);
      node = word[c]!;
      c = child[c]! + (((node >> 16) - bins[node & 0xffff]!) >>> 31);
      node = word[d]!;
      d = child[d]! + (((node >> 16) - bins[node & 0xffff]!) >>> 31);
    }
    sum += value[a]! + value[b]! + value[c]! + value[d]!;
  }
  for (; tree < trees; tree++) {
    let a = roots[tree]!;
    for (let step = depths[tree]!; step > 0; step--) {
      const node = word[a]!;
      a = child[a]! + (((node >> 16) - bins[node & 0xffff]!) >>> 31);
    }
    sum += value[a]!;
  }
  return sum;
}
