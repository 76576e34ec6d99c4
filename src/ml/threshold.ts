/** Which probability is enough to say 1. Knows nothing of models: callers bring answers on rows the model did not learn from. */
import { rank } from './ranking.ts';

/**
 * The threshold with the best F1, halfway between two scores seen. Of equally good ones the highest: fewest alarms.
 * 0.5 when there is no positive row to find.
 */
export function chooseThreshold(probabilities: Float64Array, labels: Uint8Array): number {
  const { scores, positives, negatives, totalPositives } = rank(probabilities, labels);
  let tp = 0;
  let fp = 0;
  let best = 0;
  let threshold = 0.5;
  scores.forEach((score, i) => {
    tp += positives[i]!;
    fp += negatives[i]!;
    const f1 = (2 * tp) / (tp + fp + totalPositives);
    if (f1 <= best) return;
    best = f1;
    threshold = (score + (scores[i + 1] ?? score)) / 2;
  });
  return threshold;
}
