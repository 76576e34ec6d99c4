/**
 * Which rows are kept for the holdout. By hash a row's side follows from its key alone, so that it
 * stays where it is when data grows and a champion is never judged on rows it was trained with.
 */
import { digestOf } from '../../src/lib/digest.ts';
import { createRandom } from '../../src/lib/random.ts';
import type { MadeSplit } from '../../src/ml/model.ts';
import type { ParamReader } from './params.ts';

/** The `preprocess` section; `key` says what of a row is hashed. */
export function readSplitParams(params: ParamReader, key: string): MadeSplit {
  params.only('preprocess', ['split', 'test_size', 'salt', 'seed']);
  const method = params.choice('preprocess.split', ['hash', 'random']);
  const fraction = params.between('preprocess.test_size', { min: 0, max: 1 });
  const salt = params.text('preprocess.salt');
  const seed = params.integer('preprocess.seed', { min: 0, max: 4294967295 });
  return method === 'hash' ? { method, salt, fraction, key } : { method, seed, fraction };
}

/** True for the rows of the holdout, one entry a key. */
export function holdoutOf(split: MadeSplit, keys: readonly string[]): readonly boolean[] {
  if (split.method === 'hash') return keys.map((key) => hashShare(split.salt, key) < split.fraction);
  const order = createRandom(split.seed).shuffle(Int32Array.from(keys.keys()));
  const held = new Set(order.subarray(0, Math.ceil(keys.length * split.fraction)));
  return keys.map((_, row) => held.has(row));
}

/**
 * The first eight bytes of SHA-256(salt, key), big-endian, as a share of 2^64. Rounding to a double
 * is part of the definition: it is the same on every machine.
 */
export function hashShare(salt: string, key: string): number {
  return Number(BigInt(`0x${digestOf(salt + key).slice(0, 16)}`)) / 18446744073709551616;
}
