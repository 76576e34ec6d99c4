/** artifacts/data_report.json: counts only, so that the same data gives the same bytes. */
import { splitKeyOf, type Review } from './review.ts';

export interface ReportParts {
  /** Texts that came in, empty ones too. */
  readonly read: number;
  readonly train: readonly Review[];
  readonly test: readonly Review[];
}

export function createReport({ read, train, test }: ReportParts): object {
  const labelsOf = new Map<string, Set<number>>();
  for (const { text, label } of [...train, ...test]) {
    const key = splitKeyOf(text);
    labelsOf.set(key, (labelsOf.get(key) ?? new Set()).add(label));
  }
  const kept = train.length + test.length;
  return {
    texts: { read, empty: read - kept, repeated: kept - labelsOf.size },
    /** Texts that stand there with either label. */
    contradictory: [...labelsOf.values()].filter((labels) => labels.size === 2).length,
    rows: { train: describe(train), test: describe(test) },
  };
}

const describe = (reviews: readonly Review[]): object => ({
  rows: reviews.length,
  positives: reviews.filter(({ label }) => label === 1).length,
  characters: reviews.reduce((sum, { text }) => sum + text.length, 0),
});
