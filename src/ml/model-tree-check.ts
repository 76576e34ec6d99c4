/**
 * Is this a whole tree? In preorder a list of nodes is one tree exactly when every split but none of the
 * leaves opens two places and the last node fills the last one: no index can point out of range or in a circle.
 */
import type { ModelProblem } from './model-problem.ts';
import { between, type Found, integer, isRecord, list, number, ofLength, record } from './schema-check.ts';

/** Deep enough for any tree that was learnt, and a bound on the work one row can cause. */
const MAX_DEPTH = 512;

/** `bins`: the number of edges of each input. */
export function treeProblem(value: unknown, path: string, bins: readonly number[]): Found {
  const found = record(value, path, {
    feature: (nodes, at) => list(nodes, at, (node, nodePath) => integer(node, nodePath, -1, bins.length - 1)),
    bin: (splits, at) => list(splits, at, (bin, binPath) => integer(bin, binPath, 0, Number.MAX_SAFE_INTEGER)),
    missing_left: (splits, at) => list(splits, at, (side, sidePath) => integer(side, sidePath, 0, 1)),
    value: (leaves, at) => list(leaves, at, number),
    cover: (leaves, at) => list(leaves, at, (cover, leaf) => between(cover, leaf, 0, Number.MAX_VALUE)),
  });
  if (found !== undefined || !isRecord(value)) return found;
  return shapeProblem(value['feature'], path) ?? lengthProblem(value, path) ?? binProblem(value, path, bins);
}

function shapeProblem(feature: unknown, path: string): Found {
  if (!Array.isArray(feature)) return undefined;
  const open = [0]; // depths of the places still to be filled, the next one last
  for (const node of feature) {
    const depth = open.pop();
    if (depth === undefined) return broken(path, 'has nodes after its last leaf');
    if (depth > MAX_DEPTH) return broken(path, `is deeper than ${MAX_DEPTH}`);
    if (node >= 0) open.push(depth + 1, depth + 1);
  }
  return open.length === 0 ? undefined : broken(path, 'ends before its last leaf');
}

function lengthProblem(tree: Readonly<Record<string, unknown>>, path: string): Found {
  const { feature } = tree;
  if (!Array.isArray(feature)) return undefined;
  const leaves = feature.filter((node) => node < 0).length;
  const splits = feature.length - leaves;
  return (
    ofLength(tree['bin'], `${path}.bin`, splits) ??
    ofLength(tree['missing_left'], `${path}.missing_left`, splits) ??
    ofLength(tree['value'], `${path}.value`, leaves) ??
    ofLength(tree['cover'], `${path}.cover`, leaves)
  );
}

/** The bin after the last edge is allowed: all values left, missing ones right. */
function binProblem(tree: Readonly<Record<string, unknown>>, path: string, bins: readonly number[]): Found {
  const { feature, bin } = tree;
  if (!Array.isArray(feature) || !Array.isArray(bin)) return undefined;
  const splits = feature.filter((node) => node >= 0);
  const at = splits.findIndex((input, i) => bin[i] > (bins[input] ?? 0));
  return at < 0 ? undefined : broken(`${path}.bin[${at}]`, `names a bin that input ${splits[at]} does not have`);
}

function broken(path: string, what: string): ModelProblem {
  return { code: 'tree-broken', message: `${path} ${what}`, path };
}
