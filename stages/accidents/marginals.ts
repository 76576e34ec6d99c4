/**
 * How often each value of a feature occurs, and how often the accident is severe then: value by value
 * where there are few, by tenths of the rows where there are many.
 */
import type { FeatureRow } from './feature-rows.ts';
import { FEATURES } from './features.ts';

export interface Marginal {
  readonly feature: string;
  /** Ascending; rows whose value is missing come last, as null. */
  readonly values: readonly ValueCount[];
}

export interface ValueCount {
  /** Both ends included; equal for a single value. */
  readonly from: number | null;
  readonly to: number | null;
  readonly rows: number;
  /** Rows of class 1 among them. */
  readonly positives: number;
}

/** Up to here every value is shown: hours and months, but no ages and places. */
const MAX_VALUES = 31;
const PARTS = 10;

export function describeMarginal(rows: readonly FeatureRow[], index: number): Marginal {
  const counts = new Map<number, { rows: number; positives: number }>();
  for (const { values, target } of rows) {
    const value = values[index] ?? Number.NaN;
    const count = counts.get(value) ?? { rows: 0, positives: 0 };
    counts.set(value, { rows: count.rows + 1, positives: count.positives + target });
  }
  const missing = counts.get(Number.NaN);
  counts.delete(Number.NaN);
  const single = [...counts].sort(([a], [b]) => a - b).map(([value, count]) => ({ from: value, to: value, ...count }));
  return {
    feature: FEATURES[index]?.name ?? '',
    values: [
      ...(single.length <= MAX_VALUES ? single : inParts(single)),
      ...(missing === undefined ? [] : [{ from: null, to: null, ...missing }]),
    ],
  };
}

interface Known extends ValueCount {
  readonly from: number;
  readonly to: number;
}

/** Neighbours together until a tenth of the rows is reached: a common value may be more than that alone. */
function inParts(values: readonly Known[]): readonly Known[] {
  const wanted = values.reduce((sum, { rows }) => sum + rows, 0) / PARTS;
  const parts: Known[] = [];
  for (const value of values) {
    const last = parts.at(-1);
    if (last === undefined || last.rows >= wanted) parts.push(value);
    else parts[parts.length - 1] = merge(last, value);
  }
  return parts;
}

const merge = (a: Known, b: Known): Known => ({
  from: a.from,
  to: b.to,
  rows: a.rows + b.rows,
  positives: a.positives + b.positives,
});
