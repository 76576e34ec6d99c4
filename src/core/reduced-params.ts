/**
 * A params file with nothing in it but what a stage declares, so that whatever else it reads is missed.
 * Pure. Heavy for toml: import it lazily.
 */
import { stringify as stringifyToml } from 'smol-toml';
import { isParamMap, paramPath } from './param-path.ts';
import type { ParamValue } from './param-value.ts';
import { renderFlow } from './render-flow.ts';

/** `keys`: dotted, each of which is there. The text is of the format that the file's suffix names. */
export function reduceParams(file: string, tree: ParamValue, keys: readonly string[]): string {
  const reduced = keys.reduce<Members>((made, key) => withKey(made, tree, paramPath(tree, key).parts), {});
  return /\.toml$/i.test(file) ? `${stringifyToml(reduced, { numbersAsFloat: true })}\n` : `${renderFlow(reduced)}\n`;
}

type Members = { readonly [key: string]: ParamValue };

/** A list is taken whole: its members have no names of their own, only places. */
function withKey(made: Members, tree: ParamValue | undefined, [part, ...rest]: readonly (string | number)[]): Members {
  if (part === undefined || typeof part === 'number' || !isParamMap(tree)) return made;
  const value = tree[part];
  if (value === undefined) return made;
  const below = made[part];
  const isWhole = rest.length === 0 || !isParamMap(value);
  return { ...made, [part]: isWhole ? value : withKey(isParamMap(below) ? below : {}, value, rest) };
}
