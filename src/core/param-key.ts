/** Dotted keys into a params tree: `train.gbdt.trees`, `years.0`. Light: needs no parser. */
import type { ParamValue } from './param-value.ts';

/** Undefined when nothing stands there; a key that is written with its dots wins over a nested one. */
export function selectParam(_tree: ParamValue, _key: string): ParamValue | undefined {
  throw new Error('being written');
}
