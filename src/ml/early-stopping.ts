/** When more rounds no longer help on rows that no round learns from. Knows nothing of trees. */
import { sigmoid } from '../lib/math.ts';
import { rowLogLoss } from './metrics.ts';

export interface Watch {
  /** Told the loss after each round; true when the last `patience` rounds gained nothing. */
  readonly isOver: (round: number, loss: number) => boolean;
  /** The round with the least loss, the earliest of equal ones. */
  readonly best: () => number;
}

export function createWatch(patience = Number.POSITIVE_INFINITY): Watch {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  return {
    isOver: (round, loss) => {
      if (loss < least) {
        least = loss;
        best = round;
      }
      return round - best >= patience;
    },
    best: () => best,
  };
}

/** `score`: log-odds. */
export function meanLogLoss(score: Float64Array, labels: Uint8Array, rows: Int32Array): number {
  let sum = 0;
  for (const row of rows) sum += rowLogLoss(sigmoid(score[row]!), labels[row]!);
  return sum / rows.length;
}
