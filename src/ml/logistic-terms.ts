/**
 * From a row to the weights that apply to it: the encoder of logistic regression, the same in training and serving.
 *
 * Each term owns one weight a code, or one for its scaled value, and one for "missing".
 */
import { distinctValues } from './bins.ts';
import type { Matrix } from './matrix.ts';
import type { InputSpec } from './model.ts';

/** What an input becomes, before its weights are known. */
export type Encoding =
  | { readonly type: 'codes'; readonly codes: readonly number[] }
  | { readonly type: 'scaled'; readonly mean: number; readonly scale: number };

/** More codes than this are a quantity, or too many to learn a weight for each. */
const MAX_CODES = 128;

/** A whole-number input with few values in training gets a weight for each of them: 2 need not lie between 1 and 3. */
export function encodingOf(matrix: Matrix, column: number, input: InputSpec): Encoding {
  const { values, counts } = distinctValues(matrix, column);
  if (input.type === 'integer' && values.length <= MAX_CODES) return { type: 'codes', codes: values };
  const n = counts.reduce((sum, count) => sum + count, 0);
  const mean = values.reduce((sum, value, i) => sum + value * counts[i]!, 0) / n;
  const variance = values.reduce((sum, value, i) => sum + counts[i]! * (value - mean) * (value - mean), 0) / n;
  return { type: 'scaled', mean: short(mean), scale: variance > 0 ? short(Math.sqrt(variance)) : 1 };
}

/** Which weight of a term a value takes, and times what; -1 for a code never seen in training. */
export interface Encoded {
  readonly weight: number;
  readonly factor: number;
}

/** Weights a term has: its own first, the one for missing values last. */
export function weightsOf(encoding: Encoding): number {
  return encoding.type === 'codes' ? encoding.codes.length + 1 : 2;
}

/** A function for one term, which looks codes up in a map made once. */
export function createEncoder(encoding: Encoding): (value: number) => Encoded {
  const missing = { weight: weightsOf(encoding) - 1, factor: 1 };
  if (encoding.type === 'scaled') {
    const { mean, scale } = encoding;
    return (value) => (Number.isNaN(value) ? missing : { weight: 0, factor: (value - mean) / scale });
  }
  const known = new Map(encoding.codes.map((code, weight) => [code, { weight, factor: 1 }]));
  const unknown = { weight: -1, factor: 0 };
  return (value) => (Number.isNaN(value) ? missing : (known.get(value) ?? unknown));
}

/** What stands in the file is what training used. */
function short(value: number): number {
  return Number(value.toPrecision(12));
}
