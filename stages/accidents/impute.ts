/**
 * Fills missing values with the commonest value of the training rows, and with nothing else:
 * the holdout must not lend its own values to the rows it judges.
 */
import { featureIndex } from './features.ts';
import { IMPUTED_FEATURES } from './recode.ts';

export interface Imputation {
  readonly feature: string;
  /** null: no training row has a value, so nothing is filled. */
  readonly value: number | null;
  readonly filledTrain: number;
  readonly filledTest: number;
}

/** Changes the rows in place: they were made for this. */
export function impute(train: readonly Float64Array[], test: readonly Float64Array[]): readonly Imputation[] {
  return IMPUTED_FEATURES.map((feature) => {
    const index = featureIndex(feature);
    const value = modeOf(train.map((row) => row[index] ?? Number.NaN));
    if (value === undefined) return { feature, value: null, filledTrain: 0, filledTest: 0 };
    return { feature, value, filledTrain: fill(train, index, value), filledTest: fill(test, index, value) };
  });
}

/** The commonest value, of equally common ones the smallest; undefined when all are missing. */
export function modeOf(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values) if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [best] = [...counts].sort(([a, countA], [b, countB]) => countB - countA || a - b);
  return best?.[0];
}

function fill(rows: readonly Float64Array[], index: number, value: number): number {
  const missing = rows.filter((row) => Number.isNaN(row[index]));
  for (const row of missing) row[index] = value;
  return missing.length;
}
