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

/** Its own sequence: the folds must not follow from the same numbers that grow the trees. */
const STREAM = 0x7e57;
