/**
 * Multinomial naive Bayes on the weights of TF-IDF, with scikit-learn's formulae:
 * log P(term | class) = ln(sum of the term's weights in the class + alpha) - ln(sum of all weights in the class + alpha a term).
 *
 * Closed form: one pass over the rows, no seed, no rounds. Knows nothing of texts or files.
 */
import { log } from '../lib/math.ts';
import type { SparseRows } from './tfidf.ts';

export interface NaiveBayes {
  /** ln of the share of each class. */
  readonly prior: readonly [negative: number, positive: number];
  /** One list a class, one entry a term. */
  readonly likelihood: readonly [negative: Float64Array, positive: Float64Array];
}

/** Both classes must occur. */
export function fitNaiveBayes(
  rows: SparseRows,
  { labels, terms, alpha }: { readonly labels: Uint8Array; readonly terms: number; readonly alpha: number },
): NaiveBayes {
  const sums = [new Float64Array(terms), new Float64Array(terms)] as const;
  let positives = 0;
  labels.forEach((label, row) => {
    positives += label;
    const sum = label === 1 ? sums[1] : sums[0];
    for (let entry = rows.starts[row]!; entry < rows.starts[row + 1]!; entry++) {
      sum[rows.columns[entry]!]! += rows.weights[entry]!;
    }
  });
  const total = log(labels.length);
  return {
    prior: [short(log(labels.length - positives) - total), short(log(positives) - total)],
    likelihood: [smooth(sums[0], alpha), smooth(sums[1], alpha)],
  };
}

function smooth(sums: Float64Array, alpha: number): Float64Array {
  const all = log(sums.reduce((total, sum) => total + (sum + alpha), 0));
  return sums.map((sum) => short(log(sum + alpha) - all));
}

/** What stands in the file is what answers; +0, because a file has no -0. */
function short(value: number): number {
  return Number(value.toPrecision(12)) + 0;
}
