/**
 * How good probabilities are, exactly as scikit-learn counts it (ties included).
 *
 * Invariant: depends only on probabilities, labels and threshold; not, but for rounding of sums, on the order of rows.
 */
import { log } from '../lib/math.ts';
import { type Ranking, rank } from './ranking.ts';

export interface Metrics {
  readonly n: number;
  readonly positives: number;
  /** NaN when the labels hold one class only; so is average_precision without a positive. */
  readonly roc_auc: number;
  readonly average_precision: number;
  /** At the model's own threshold, as precision, recall, accuracy and confusion. */
  readonly f1: number;
  readonly f1_at_half: number;
  readonly precision: number;
  readonly recall: number;
  readonly accuracy: number;
  readonly brier: number;
  readonly log_loss: number;
  readonly confusion: Confusion;
}

export interface Confusion {
  readonly tn: number;
  readonly fp: number;
  readonly fn: number;
  readonly tp: number;
}

export type MetricName = Exclude<keyof Metrics, 'n' | 'positives' | 'confusion'>;

/** Throws when a probability is NaN: a model that answers so is broken, not bad. */
export function evaluate(probabilities: Float64Array, labels: Uint8Array, threshold: number): Metrics {
  const ranking = rank(probabilities, labels);
  const confusion = confusionAt(probabilities, labels, threshold);
  const { tn, fp, fn, tp } = confusion;
  return {
    n: labels.length,
    positives: ranking.totalPositives,
    roc_auc: rocAuc(ranking),
    average_precision: averagePrecision(ranking),
    f1: f1(confusion),
    f1_at_half: f1(confusionAt(probabilities, labels, 0.5)),
    precision: ratio(tp, tp + fp),
    recall: ratio(tp, tp + fn),
    accuracy: ratio(tp + tn, labels.length),
    brier: brier(probabilities, labels),
    log_loss: logLoss(probabilities, labels),
    confusion,
  };
}

function confusionAt(probabilities: Float64Array, labels: Uint8Array, threshold: number): Confusion {
  let fp = 0;
  let tp = 0;
  let positives = 0;
  labels.forEach((label, i) => {
    positives += label;
    if (probabilities[i]! < threshold) return;
    if (label === 1) tp++;
    else fp++;
  });
  return { tn: labels.length - positives - fp, fp, fn: positives - tp, tp };
}

/** 0 when nothing is and nothing is called positive, as scikit-learn's zero_division. */
export function f1({ fp, fn, tp }: Confusion): number {
  return ratio(2 * tp, 2 * tp + fp + fn);
}

export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** The share of pairs of a positive and a negative row in the right order; a tie counts half. */
export function rocAuc({ positives, negatives, totalPositives, totalNegatives }: Ranking): number {
  if (totalPositives === 0 || totalNegatives === 0) return Number.NaN;
  let above = 0;
  let pairs = 0;
  for (let i = 0; i < positives.length; i++) {
    pairs += negatives[i]! * (above + positives[i]! / 2);
    above += positives[i]!;
  }
  return pairs / (totalPositives * totalNegatives);
}

/** Precision at each distinct score, weighted by the recall it adds; no interpolation. */
function averagePrecision({ positives, negatives, totalPositives }: Ranking): number {
  if (totalPositives === 0) return Number.NaN;
  let tp = 0;
  let predicted = 0;
  let sum = 0;
  for (let i = 0; i < positives.length; i++) {
    tp += positives[i]!;
    predicted += positives[i]! + negatives[i]!;
    sum += (positives[i]! * tp) / predicted;
  }
  return sum / totalPositives;
}

function brier(probabilities: Float64Array, labels: Uint8Array): number {
  const sum = probabilities.reduce((total, p, i) => total + (p - labels[i]!) * (p - labels[i]!), 0);
  return sum / labels.length;
}

function logLoss(probabilities: Float64Array, labels: Uint8Array): number {
  return probabilities.reduce((total, p, i) => total + rowLogLoss(p, labels[i]!), 0) / labels.length;
}

/** Clipped as in scikit-learn, so that one certain mistake does not make the mean infinite. */
export function rowLogLoss(probability: number, label: number): number {
  const p = Math.min(Math.max(probability, Number.EPSILON), 1 - Number.EPSILON);
  return -log(label === 1 ? p : 1 - p);
}
