/** Splits training rows once more, by seed: some are held back from learning to judge what was learnt. */
import { createRandom } from '../lib/random.ts';

export interface HeldBack {
  /** Ascending row numbers. */
  readonly kept: Int32Array;
  readonly heldBack: Int32Array;
}

/** A fifth of either class, rounded down: however few rows there are, both classes stay among those kept. */
export function holdBack(labels: Uint8Array, seed: number): HeldBack {
  const random = createRandom(seed).fork(STREAM);
  const isHeldBack = new Uint8Array(labels.length);
  for (const label of [0, 1]) {
    const rows = random.shuffle(Int32Array.from(labels.keys()).filter((row) => labels[row] === label));
    for (const row of rows.subarray(0, Math.floor(rows.length / 5))) isHeldBack[row] = 1;
  }
  const rows = Int32Array.from(labels.keys());
  return { kept: rows.filter((row) => isHeldBack[row] === 0), heldBack: rows.filter((row) => isHeldBack[row] === 1) };
}

/** Its own sequence: what is held back must not follow from the same numbers that grow the trees. */
const STREAM = 0x7e57;
