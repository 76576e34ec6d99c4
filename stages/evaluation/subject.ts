/**
 * What a pipeline knows of its own holdout and the shared report does not: what is asked, what a row is, and
 * into which groups rows fall that people will ask about. Data only.
 */
import type { Holdout } from '../../src/ml/score.ts';

export interface Subject {
  /** What the model answers, as a question about one row. */
  readonly question: string;
  /** What rows are called: "accidents". */
  readonly rows: string;
  /** What class 0 and class 1 mean, in a word or two. */
  readonly classes: readonly [negative: string, positive: string];
  /** A sentence about where the data is from, when there is more to say than that somebody put it there. */
  readonly origin?: string;
  /** A few words on inputs whose names do not say what they are. */
  readonly titles: Readonly<Record<string, string>>;
  readonly groupings: readonly Grouping[];
}

/** One way to cut the holdout into groups; a row is in one group at most. */
export interface Grouping {
  /** A name for programs: `department`. */
  readonly by: string;
  readonly title: string;
  /** In the order in which they are shown. */
  readonly groups: readonly RowGroup[];
}

export interface RowGroup {
  readonly label: string;
  readonly rows: Int32Array;
}

/** What every evaluate stage reads before anything is measured. */
export interface Evaluated {
  readonly holdout: Holdout;
  readonly subject: Subject;
}

/** The rows by what `labelOf` calls them; undefined leaves a row out. Groups come in the order of `labels`. */
export function groupRows(
  count: number,
  labels: readonly string[],
  labelOf: (row: number) => string | undefined,
): readonly RowGroup[] {
  const found = new Map<string, number[]>(labels.map((label) => [label, []]));
  for (let row = 0; row < count; row++) {
    const label = labelOf(row);
    if (label !== undefined) found.get(label)?.push(row);
  }
  return [...found]
    .filter(([, rows]) => rows.length > 0)
    .map(([label, rows]) => ({ label, rows: Int32Array.from(rows) }));
}
