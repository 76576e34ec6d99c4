/** From a dotted key, as somebody typed it, to the place in a params tree that it means. Pure. */
import { closest } from '../lib/suggest.ts';
import { selectParam } from './param-key.ts';
import type { ParamValue } from './param-value.ts';

export interface ParamPath {
  readonly parts: readonly (string | number)[];
  /** Undefined: nothing stands there, and `parts` is where it would be made. */
  readonly was: ParamValue | undefined;
  /** A key that is there and might have been meant. */
  readonly suggestion: string | undefined;
}

export function paramPath(tree: ParamValue, key: string): ParamPath {
  const was = selectParam(tree, key);
  const suggestion = was === undefined ? closest(key, allKeys(tree, '')) : undefined;
  return { parts: partsOf(tree, key), was, suggestion };
}

/** A key that has dots itself wins over a path, as in `selectParam`. */
function partsOf(tree: ParamValue | undefined, key: string): readonly (string | number)[] {
  if (isParamMap(tree) && Object.hasOwn(tree, key)) return [key];
  for (let dot = key.indexOf('.'); dot !== -1; dot = key.indexOf('.', dot + 1)) {
    const head = key.slice(0, dot);
    const below = tree === undefined ? undefined : selectParam(tree, head);
    if (below !== undefined && !head.includes('.')) return [partOf(tree, head), ...partsOf(below, key.slice(dot + 1))];
    if (isParamMap(tree) && Object.hasOwn(tree, head)) return [head, ...partsOf(tree[head], key.slice(dot + 1))];
  }
  return isParamMap(tree) || tree === undefined ? key.split('.') : key.split('.').map((part) => partOf(tree, part));
}

const partOf = (tree: ParamValue | undefined, part: string): string | number =>
  Array.isArray(tree) ? Number(part) : part;

function allKeys(tree: ParamValue, prefix: string): readonly string[] {
  if (!isParamMap(tree)) return [];
  return Object.entries(tree).flatMap(([key, value]) => [`${prefix}${key}`, ...allKeys(value, `${prefix}${key}.`)]);
}

export function isParamMap(tree: ParamValue | undefined): tree is { readonly [key: string]: ParamValue } {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
}
