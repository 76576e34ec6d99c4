/** Deals the training rows out once more, by seed: each fold judges what was learnt from the others. */
import { createRandom } from '../lib/random.ts';

/** The fold of each row. Either class is dealt out evenly, so that no fold is without one unless there are too few rows. */
export function dealFolds(labels: Uint8Array, folds: number, seed: number): Uint8Array {
  const random = createRandom(seed).fork(STREAM);
  const foldOf = new Uint8Array(labels.length);
  for (const label of [0, 1]) {
    const rows = random.shuffle(Int32Array.from(labels.keys()).filter((row) => labels[row] === label));
    rows.forEach((row, i) => {
      foldOf[row] = i % folds;
    });
  }
  return foldOf;
}

/** 1 for the rows that are held back: `share` of either class, at least one row of each. */
export function holdBack(labels: Uint8Array, share: number, seed: number): Uint8Array {
  const random = createRandom(seed).fork(STREAM + 1);
  const held = new Uint8Array(labels.length);
  for (const label of [0, 1]) {
    const rows = random.shuffle(Int32Array.from(labels.keys()).filter((row) => labels[row] === label));
    rows.subarray(0, Math.max(1, Math.floor(rows.length * share))).forEach((row) => {
      held[row] = 1;
    });
  }
  return held;
}

/** Its own sequence: the folds must not follow from the same numbers that grow the trees. */
const STREAM = 0x7e57;
