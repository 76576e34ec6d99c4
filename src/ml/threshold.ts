/** Which probability is enough to say 1. Knows nothing of models: callers bring answers on rows the model did not learn from. */
import { rank } from './ranking.ts';

/**
 * F1 as a function of the threshold is flat around its best, and which of many nearly equal points is the very best
 * is chance: two seeds of one model would differ by a point on other rows. So the middle of the plateau is taken.
 */
const PLATEAU = 0.006;

/**
 * The threshold with the best F1: of all scores seen whose F1 is within 0.006 of the highest, the median, halfway to
 * the next score. 0.5 when there is no positive row to find.
 */
export function chooseThreshold(probabilities: Float64Array, labels: Uint8Array): number {
  const { scores, positives, negatives, totalPositives } = rank(probabilities, labels);
  if (totalPositives === 0) return 0.5;
  let tp = 0;
  let fp = 0;
  let best = 0;
  const f1 = Float64Array.from(scores, (_, i) => {
    tp += positives[i]!;
    fp += negatives[i]!;
    const value = (2 * tp) / (tp + fp + totalPositives);
    if (value > best) best = value;
    return value;
  });
  const plateau = [...scores.keys()].filter((i) => f1[i]! >= best - PLATEAU);
  const middle = plateau[plateau.length >> 1]!;
  return (scores[middle]! + (scores[middle + 1] ?? scores[middle]!)) / 2;
}
