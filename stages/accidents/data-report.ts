/**
 * artifacts/data_report.json: what went in, what was dropped by which rule, what was missing before
 * anything was filled. Counts only, so that the same data gives the same bytes.
 */
import type { FeatureRow } from './feature-rows.ts';
import { NOBODY_HURT } from './feature-rows.ts';
import { FEATURE_NAMES } from './features.ts';
import { REQUIRED_FEATURES } from './recode.ts';

export interface YearCount {
  readonly year: number;
  readonly accidents: number;
  readonly lieux: number;
  readonly usagers: number;
  readonly vehicules: number;
  readonly withoutUser: number;
  readonly dropped: ReadonlyMap<string, number>;
}

export interface ReportParts {
  readonly years: readonly YearCount[];
  readonly train: readonly FeatureRow[];
  readonly test: readonly FeatureRow[];
}

/** Call before imputation: afterwards nothing is missing. */
export function createReport({ years, train, test }: ReportParts): object {
  return {
    tables: years.map(({ year, accidents, lieux, usagers, vehicules }) => ({
      year,
      caracteristiques: accidents,
      lieux,
      usagers,
      vehicules,
    })),
    dropped: {
      'no user with a vehicle': sum(years.map(({ withoutUser }) => withoutUser)),
      ...Object.fromEntries(RULES.map((rule) => [rule, sum(years.map(({ dropped }) => dropped.get(rule) ?? 0))])),
    },
    rows: { train: describe(train), test: describe(test) },
    missing: Object.fromEntries(
      FEATURE_NAMES.map((name, index) => [
        name,
        { train: countMissing(train, index), test: countMissing(test, index) },
      ]),
    ),
  };
}

/** In the order in which they are tried: an accident is counted under the first that hits it. */
const RULES = [...REQUIRED_FEATURES.map((name) => `${name} missing`), NOBODY_HURT];

const describe = (rows: readonly FeatureRow[]): object => {
  const positives = rows.filter(({ target }) => target === 1).length;
  return { rows: rows.length, positives };
};

const countMissing = (rows: readonly FeatureRow[], index: number): number =>
  rows.filter(({ values }) => Number.isNaN(values[index])).length;

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
