/** When more rounds no longer help on rows that no round learns from. Knows nothing of trees. */
import { sigmoid } from '../lib/math.ts';
import { holdBack } from './folds.ts';
import { rowLogLoss } from './metrics.ts';
import type { EarlyStopping } from './train-params.ts';

export interface Shares {
  /** Ascending, as `held`. */
  readonly learnt: Int32Array;
  readonly held: Int32Array;
  /** Rounds without a gain on the held rows that end the training; undefined: none do. */
  readonly patience: number | undefined;
}

export interface ShareOptions {
  readonly labels: Uint8Array;
  readonly seed: number;
  readonly stopping: EarlyStopping | undefined;
  /** 1 for rows the caller holds back; early stopping then has no rows of its own, and does not stop. */
  readonly held: Uint8Array | undefined;
}

export function shareOut({ labels, seed, stopping, held: given }: ShareOptions): Shares {
  const own = given === undefined ? stopping : undefined;
  const flags = given ?? (own && holdBack(labels, own.share, seed)) ?? new Uint8Array(labels.length);
  const rows = Int32Array.from(labels.keys());
  return {
    learnt: rows.filter((row) => flags[row] === 0),
    held: rows.filter((row) => flags[row] === 1),
    patience: own?.rounds,
  };
}

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
