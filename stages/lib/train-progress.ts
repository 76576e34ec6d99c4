/**
 * Where a training is, for whoever waits for it: round, score so far, time left. About ten lines for a short
 * training, one every ten seconds for a long one. Nothing of it ends in an output.
 */
import type { Progress } from '../../src/ml/train.ts';

export interface ProgressOptions {
  readonly say: (text: string) => void;
  /** Milliseconds, from any point in time. */
  readonly now: () => number;
}

const EVERY_MS = 10_000;

export function createTrainProgress({ say, now }: ProgressOptions): (progress: Progress) => void {
  const begun = now();
  let told = begun;
  return ({ round, rounds, score }) => {
    const at = now();
    const isTenth = round % Math.max(1, Math.round(rounds / 10)) === 0;
    if (round !== rounds && !isTenth && at - told < EVERY_MS) return;
    told = at;
    const { loss, on } = score?.() ?? {};
    const scored = loss === undefined ? '' : `, log loss ${loss.toFixed(4)} on ${on}`;
    const leftMs = ((at - begun) / round) * (rounds - round);
    say(`round ${round} of ${rounds}${scored}${leftMs < 1000 ? '' : `, ${durationText(leftMs)} left`}`);
  };
}

function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
