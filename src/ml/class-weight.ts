/** What a row of class 1 counts for, rows of class 0 counting 1. */
import type { ClassWeight } from './train-params.ts';

export function positiveWeight(labels: Uint8Array, weight: ClassWeight): number {
  if (weight === 'none') return 1;
  const positives = countPositives(labels);
  return (labels.length - positives) / positives;
}

export function countPositives(labels: Uint8Array): number {
  let positives = 0;
  for (const label of labels) positives += label;
  return positives;
}
