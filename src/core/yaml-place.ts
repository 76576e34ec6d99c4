/**
 * From a path in plain data to where that stands in the YAML text it came from.
 *
 * Linear over a whole file: each mapping's keys are indexed once, at the first question about it.
 */
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';

export type PathPart = string | number;

export interface Located {
  /** Of the value, its key, or the nearest thing around it that is there. */
  readonly offset: number;
  /** Where the value ends. */
  readonly end: number;
  /** A scalar as it was written. */
  readonly written: string | undefined;
}

export function createLocator(document: Document): (path: readonly PathPart[], atKey: boolean) => Located {
  const indexes = new Map<YAMLMap, ReadonlyMap<string, Pair>>();
  const pairsOf = (map: YAMLMap): ReadonlyMap<string, Pair> => {
    const known = indexes.get(map) ?? new Map(map.items.map((pair) => [keyText(pair), pair]));
    indexes.set(map, known);
    return known;
  };
  return (path, atKey) => {
    let node = resolved(document, document.contents);
    let [offset, end] = node?.range ?? [0, 0];
    for (const [depth, part] of path.entries()) {
      const pair = isMap(node) ? pairsOf(node).get(String(part)) : undefined;
      const below = resolved(document, isSeq(node) ? node.items[Number(part)] : pair?.value);
      const key = isNode(pair?.key) ? pair.key : undefined;
      const last = depth === path.length - 1;
      node = below;
      const marked = (last && atKey) || below === undefined || isAbsentText(below) ? (key ?? below) : below;
      if (marked?.range) [offset, end] = marked.range;
      if (below === undefined) break;
    }
    return { offset, end, written: isScalar(node) ? node.source : undefined };
  };
}

/** Aliases are followed, so that the place is where the text is that has to be changed. */
function resolved(document: Document, node: unknown): Node | undefined {
  if (isAlias(node)) return node.resolve(document);
  return isNode(node) ? node : undefined;
}

/** `key:` with nothing after it: the place of nothing is of no use to a reader. */
const isAbsentText = (node: Node): boolean => isScalar(node) && node.value === null && !node.source;

const keyText = ({ key }: Pair): string => String(isScalar(key) ? key.value : key);
