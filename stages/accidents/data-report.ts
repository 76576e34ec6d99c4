/**
 * artifacts/data_report.json: where the data comes from, what went in, what was dropped by which rule,
 * what was missing before anything was filled, how often each value occurs. Counts only, so that the
 * same data gives the same bytes.
 */
import type { FeatureRow } from './feature-rows.ts';
import { NOBODY_HURT } from './feature-rows.ts';
import { FEATURE_NAMES } from './features.ts';
import type { Imputation } from './impute.ts';
import { describeMarginal } from './marginals.ts';
import type { Marginal } from './marginals.ts';
import { ORIGIN_TEXTS } from './origin.ts';
import type { OriginKind } from './origin.ts';
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
  readonly origin: OriginKind;
  readonly years: readonly YearCount[];
  readonly train: readonly FeatureRow[];
  readonly test: readonly FeatureRow[];
}

/** Names as they stand in the JSON. */
export interface DataReport {
  readonly source: { readonly kind: OriginKind; readonly description: string };
  readonly tables: readonly TableCount[];
  /** Accidents that made no row, by rule, in the order in which the rules are tried. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly rows: Readonly<Record<Side, { readonly rows: number; readonly positives: number }>>;
  readonly missing: Readonly<Record<string, Readonly<Record<Side, number>>>>;
  readonly marginals: readonly Marginal[];
  readonly imputed: readonly Imputation[];
}

type Side = 'train' | 'test';

interface TableCount {
  readonly year: number;
  readonly caracteristiques: number;
  readonly lieux: number;
  readonly usagers: number;
  readonly vehicules: number;
}

/** Call before imputation: afterwards nothing is missing. */
export function createReport({ origin, years, train, test }: ReportParts): Omit<DataReport, 'imputed'> {
  const rows = [...train, ...test];
  return {
    source: { kind: origin, description: ORIGIN_TEXTS[origin] },
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
    marginals: FEATURE_NAMES.map((_, index) => describeMarginal(rows, index)),
  };
}

/** In the order in which they are tried: an accident is counted under the first that hits it. */
const RULES = [...REQUIRED_FEATURES.map((name) => `${name} missing`), NOBODY_HURT];

function describe(rows: readonly FeatureRow[]): { readonly rows: number; readonly positives: number } {
  return { rows: rows.length, positives: rows.filter(({ target }) => target === 1).length };
}

const countMissing = (rows: readonly FeatureRow[], index: number): number =>
  rows.filter(({ values }) => Number.isNaN(values[index])).length;

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
