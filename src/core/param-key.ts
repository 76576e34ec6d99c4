/** Dotted keys into a params tree: `train.gbdt.trees`, `years.0`. Light: needs no parser. */
import type { ParamValue } from './param-value.ts';

/** Undefined when nothing stands there. A key that has dots itself is found too: `a.b` in `{"a.b": 1}`. */
export function selectParam(tree: ParamValue, key: string): ParamValue | undefined {
  if (tree === null || typeof tree !== 'object') return undefined;
  const direct = memberOf(tree, key);
  if (direct !== undefined) return direct;
  for (let dot = key.indexOf('.'); dot !== -1; dot = key.indexOf('.', dot + 1)) {
    const below = memberOf(tree, key.slice(0, dot));
    const found = below === undefined ? undefined : selectParam(below, key.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

function memberOf(tree: ParamValue & object, key: string): ParamValue | undefined {
  if (isList(tree)) return /^(0|[1-9]\d*)$/.test(key) ? tree[Number(key)] : undefined;
  // Own keys only: `constructor` and the like stand in every object's prototype.
  return Object.hasOwn(tree, key) ? tree[key] : undefined;
}

const isList = <T>(value: readonly T[] | object): value is readonly T[] => Array.isArray(value);
