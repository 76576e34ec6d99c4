/** Models that XGBoost trained and what it answered itself; golden/make_xgboost.py made them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const GOLDEN = join(import.meta.dirname, '../golden/xgboost');

export interface Recorded {
  readonly text: string;
  /** NaN is missing. */
  readonly rows: readonly number[][];
  readonly probabilities: readonly number[];
  /** One an input, the base last; empty where XGBoost was not asked. */
  readonly contributions: readonly number[][];
}

export function readGolden(name: string): Recorded {
  const { rows, probabilities, contributions } = readJson(`${name}.answers.json`);
  return { text: readText(`${name}.json`), rows: rows.map(withNaN), probabilities, contributions: contributions ?? [] };
}

export const readText = (file: string): string => readFileSync(join(GOLDEN, file), 'utf8');
export const readJson = (file: string) => JSON.parse(readText(file));
export const withNaN = (row: readonly (number | null)[]): number[] => row.map((value) => value ?? Number.NaN);

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a, (value, i) => Math.abs(value - (b[i] ?? Number.NaN))).reduce((most, d) => Math.max(most, d), 0);
}
