/** The few questions that `core/dvc` asks of a parsed YAML document which it is about to change. Aliases are followed. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

export function mapOf(document: Document, node: unknown): YAMLMap | undefined {
  const found = followed(document, node);
  return isMap(found) ? found : undefined;
}

export function listIn(document: Document, node: unknown): YAMLSeq | undefined {
  const found = followed(document, node);
  return isSeq(found) ? found : undefined;
}

/** The text of a scalar; numbers and booleans as they were written. */
export function textOf(document: Document, node: unknown): string | undefined {
  const found = followed(document, node);
  if (!isScalar(found) || found.value === null) return undefined;
  return textOfScalar(found);
}

/** As it was written; of one that was made here, its value. */
export const textOfScalar = ({ value, source }: Scalar): string =>
  typeof value === 'string' ? value : (source ?? JSON.stringify(value));

export const isNothing = (document: Document, node: unknown): boolean => {
  const found = followed(document, node);
  return found === null || found === undefined || (isScalar(found) && found.value === null);
};

export const pairOf = (map: YAMLMap, key: string): Pair | undefined =>
  map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);

/** The key that merges has a symbol for its value. */
export const keyText = ({ key }: Pair): string => {
  if (!isScalar(key)) return String(key);
  return typeof key.value === 'symbol' ? '<<' : String(key.value);
};

export function removePair(map: YAMLMap, pair: Pair): void {
  map.items.splice(map.items.indexOf(pair), 1);
}

function followed(document: Document, node: unknown): Node | null | undefined {
  if (isAlias(node)) return node.resolve(document);
  return isScalar(node) || isMap(node) || isSeq(node) ? node : undefined;
}
