/** How good answers are in each group of the holdout. Pure; what the groups are is the subject's. */
import { evaluate } from '../../src/ml/metrics.ts';
import type { Grouping } from './subject.ts';

export interface Slice {
  readonly by: string;
  readonly title: string;
  readonly groups: readonly GroupFigures[];
}

export interface GroupFigures {
  readonly label: string;
  readonly n: number;
  /** Share of class 1. */
  readonly positive_rate: number;
  /** Mean probability: calibrated in this group when it is near the share of class 1. */
  readonly mean_probability: number;
  /** null with fewer than 30 rows, or of one class only: it would be noise. */
  readonly roc_auc: number | null;
  readonly f1: number;
  readonly brier: number;
}

export interface Answered {
  readonly probabilities: Float64Array;
  readonly labels: Uint8Array;
  readonly threshold: number;
}

export function measureSlices(groupings: readonly Grouping[], answered: Answered): readonly Slice[] {
  return groupings.map(({ by, title, groups }) => ({
    by,
    title,
    groups: groups.map(({ label, rows }) => ({ label, ...measureGroup(rows, answered) })),
  }));
}

const LEAST_ROWS = 30;

function measureGroup(rows: Int32Array, { probabilities, labels, threshold }: Answered): Omit<GroupFigures, 'label'> {
  const own = Float64Array.from(rows, (row) => probabilities[row] ?? Number.NaN);
  const truth = Uint8Array.from(rows, (row) => labels[row] ?? 0);
  const { positives, roc_auc, f1, brier } = evaluate(own, truth, threshold);
  const n = rows.length;
  return {
    n,
    positive_rate: positives / n,
    mean_probability: own.reduce((sum, probability) => sum + probability, 0) / n,
    roc_auc: n < LEAST_ROWS || Number.isNaN(roc_auc) ? null : roc_auc,
    f1,
    brier,
  };
}
