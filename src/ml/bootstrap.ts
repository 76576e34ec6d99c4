/**
 * How sure a difference between two models is: paired bootstrap over the rows both were scored on.
 * Both rankings are sorted once; a resample only changes how often each row counts.
 *
 * Invariant: the intervals follow from the options; resample i does not depend on the metrics asked for.
 */
import { assertNever } from '../lib/assert-never.ts';
import { createRandom } from '../lib/random.ts';
import { drawRows, weightedAuc, weightedAveragePrecision, weightedMean } from './bootstrap-kernels.ts';
import { type Confusion, f1, type MetricName, ratio, rowLogLoss } from './metrics.ts';

export interface BootstrapOptions<M extends MetricName> {
  /** Probabilities of class 1, row by row the same rows. */
  readonly candidate: Float64Array;
  readonly champion: Float64Array;
  readonly labels: Uint8Array;
  readonly thresholds: { readonly candidate: number; readonly champion: number };
  readonly metrics: readonly M[];
  readonly resamples: number;
  readonly seed: number;
  /** 0.95: the interval leaves 2.5 % out at either end. */
  readonly level: number;
}

/** Of candidate minus champion; NaN when no resample had both classes. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export function bootstrapDifference<M extends MetricName>(options: BootstrapOptions<M>): Record<M, Interval> {
  const { labels, metrics, resamples } = options;
  const random = createRandom(options.seed);
  const candidate = scoredModel(options.candidate, labels, options.thresholds.candidate);
  const champion = scoredModel(options.champion, labels, options.thresholds.champion);
  const cellOf = labels.map((label, row) => label + 2 * candidate.flags[row]! + 8 * champion.flags[row]!);
  const cells = new Float64Array(32);
  const counts = new Int32Array(labels.length);
  const differences = metrics.map((metric) => ({ metric, found: new Float64Array(resamples) }));
  for (let i = 0; i < resamples; i++) {
    drawRows(random.integer, counts, cellOf, cells);
    const sample = { labels, counts, cells };
    for (const { metric, found } of differences) {
      found[i] = measure(metric, sample, candidate, 2) - measure(metric, sample, champion, 8);
    }
  }
  const intervals = differences.map(({ metric, found }) => [metric, percentiles(found, options.level)]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry a metric, just made
  return Object.fromEntries(intervals) as Record<M, Interval>;
}

/** One model's answers, prepared once for all resamples. */
interface ScoredModel {
  /** Rows by descending score, and whether the next one has the same. */
  readonly order: Int32Array;
  readonly tied: Uint8Array;
  /** 1: positive at the model's threshold; 2: positive at one half. */
  readonly flags: Uint8Array;
  readonly squares: Float64Array;
  readonly losses: Float64Array;
}

interface Sample {
  readonly labels: Uint8Array;
  readonly counts: Int32Array;
  /** Rows by label + 2 * candidate's flags + 8 * champion's flags. */
  readonly cells: Float64Array;
}

function scoredModel(probabilities: Float64Array, labels: Uint8Array, threshold: number): ScoredModel {
  const order = Int32Array.from(labels.keys()).sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
  return {
    order,
    tied: Uint8Array.from(order, (row, k) => (probabilities[row] === probabilities[order[k + 1] ?? -1] ? 1 : 0)),
    flags: Uint8Array.from(probabilities, (p) => (p >= threshold ? 1 : 0) + (p >= 0.5 ? 2 : 0)),
    squares: probabilities.map((p, row) => (p - labels[row]!) * (p - labels[row]!)),
    losses: probabilities.map((p, row) => rowLogLoss(p, labels[row]!)),
  };
}

/** `place`: where in a cell's number the model's flags stand. */
function measure(metric: MetricName, { labels, counts, cells }: Sample, model: ScoredModel, place: number): number {
  switch (metric) {
    case 'roc_auc':
      return weightedAuc(model.order, model.tied, labels, counts);
    case 'average_precision':
      return weightedAveragePrecision(model.order, model.tied, labels, counts);
    case 'brier':
      return weightedMean(model.squares, counts);
    case 'log_loss':
      return weightedMean(model.losses, counts);
    case 'f1_at_half':
      return f1(confusionOf(cells, place * 2));
    case 'f1':
    case 'precision':
    case 'recall':
    case 'accuracy':
      return atThreshold(metric, confusionOf(cells, place));
    default:
      return assertNever(metric);
  }
}

function atThreshold(metric: 'f1' | 'precision' | 'recall' | 'accuracy', confusion: Confusion): number {
  const { tn, fp, fn, tp } = confusion;
  switch (metric) {
    case 'f1':
      return f1(confusion);
    case 'precision':
      return ratio(tp, tp + fp);
    case 'recall':
      return ratio(tp, tp + fn);
    case 'accuracy':
      return ratio(tp + tn, tn + fp + fn + tp);
    default:
      return assertNever(metric);
  }
}

/** Sums the cells by label and by one bit of the cell's number. */
function confusionOf(cells: Float64Array, bit: number): Confusion {
  const sums = [0, 0, 0, 0];
  cells.forEach((count, cell) => {
    sums[(cell & 1) * 2 + ((cell & bit) === 0 ? 0 : 1)]! += count;
  });
  return { tn: sums[0]!, fp: sums[1]!, fn: sums[2]!, tp: sums[3]! };
}

/** Of the resamples that had both classes; halfway values are interpolated. */
function percentiles(differences: Float64Array, level: number): Interval {
  const sorted = differences.filter((difference) => !Number.isNaN(difference)).sort();
  const at = (share: number): number => {
    if (sorted.length === 0) return Number.NaN;
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
  };
  return { low: at((1 - level) / 2), high: at((1 + level) / 2) };
}
