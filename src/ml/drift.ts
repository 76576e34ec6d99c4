/**
 * How far rows have moved from what training saw, input by input. Works from the histograms in the model file, so the
 * training data need not be there.
 */
import { binOf } from './bins.ts';
import { log } from '../lib/math.ts';
import type { ReferenceHistogram } from './model.ts';

export interface InputDrift {
  /**
   * Population stability index: the sum over bins of (now - then) * ln(now / then), missing values a bin of their
   * own (N. Siddiqi, Credit Risk Scorecards, 2006). 0 when nothing moved; its rule of thumb calls 0.1 a shift, 0.25 a large one.
   */
  readonly psi: number;
  /** Shares of missing values. */
  readonly missing: { readonly training: number; readonly now: number };
}

/** NaN is missing. */
export function driftOf({ edges, counts, missing }: ReferenceHistogram, values: Float64Array): InputDrift {
  const cuts = Float64Array.from(edges);
  const now = new Float64Array(counts.length + 1);
  for (const value of values) now[Number.isNaN(value) ? counts.length : binOf(cuts, value)]! += 1;
  const then = Float64Array.from([...counts, missing]);
  const total = then.reduce((sum, count) => sum + count, 0);
  let psi = 0;
  then.forEach((count, bin) => {
    const [before, after] = [floored(count, total), floored(now[bin]!, values.length)];
    psi += (after - before) * log(after / before);
  });
  return { psi, missing: { training: share(missing, total), now: share(now[counts.length]!, values.length) } };
}

/** An empty bin would make the index infinite. */
const LEAST_SHARE = 1e-4;
const floored = (count: number, total: number): number => Math.max(share(count, total), LEAST_SHARE);
const share = (count: number, total: number): number => (total === 0 ? 0 : count / total);
