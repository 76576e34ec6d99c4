/** What an input looked like in training, kept in the model so that drift can be seen later without the data. */
import { binOf, cutPoints } from './bins.ts';
import type { Matrix } from './matrix.ts';
import type { ReferenceHistogram } from './model.ts';

/** Enough to see a shift, few enough to read. */
const REFERENCE_BINS = 20;

export function referenceHistograms(train: Matrix): ReferenceHistogram[] {
  return cutPoints(train, REFERENCE_BINS).map((edges, column) => {
    const counts = Array.from({ length: edges.length + 1 }, () => 0);
    let missing = 0;
    for (let at = column; at < train.values.length; at += train.columns) {
      const value = train.values[at]!;
      if (Number.isNaN(value)) missing++;
      else counts[binOf(edges, value)]! += 1;
    }
    return { edges: Array.from(edges), counts, missing };
  });
}
