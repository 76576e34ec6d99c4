/** Curves of a report: ROC, precision over recall, calibration. Points only; drawing is elsewhere. */
import { rank } from './ranking.ts';

export interface CurvePoint {
  readonly x: number;
  readonly y: number;
  /** Rows with at least this score are called positive. */
  readonly threshold: number;
}

/**
 * x false positive rate, y true positive rate; from (0, 0) at Infinity to (1, 1).
 * Points on a straight line between their neighbours are left out, as scikit-learn's drop_intermediate.
 */
export function rocCurve(probabilities: Float64Array, labels: Uint8Array): CurvePoint[] {
  const { scores, positives, negatives, totalPositives, totalNegatives } = rank(probabilities, labels);
  const points: CurvePoint[] = [{ x: 0, y: 0, threshold: Infinity }];
  let tp = 0;
  let fp = 0;
  scores.forEach((threshold, i) => {
    tp += positives[i]!;
    fp += negatives[i]!;
    const goesOn =
      i > 0 && i + 1 < scores.length && positives[i] === positives[i + 1] && negatives[i] === negatives[i + 1];
    if (!goesOn) points.push({ x: fp / totalNegatives, y: tp / totalPositives, threshold });
  });
  return points;
}

/** x recall, y precision, one point a distinct score, highest first. */
export function precisionRecallCurve(probabilities: Float64Array, labels: Uint8Array): CurvePoint[] {
  const { scores, positives, negatives, totalPositives } = rank(probabilities, labels);
  let tp = 0;
  let predicted = 0;
  return Array.from(scores, (threshold, i) => {
    tp += positives[i]!;
    predicted += positives[i]! + negatives[i]!;
    return { x: tp / totalPositives, y: tp / predicted, threshold };
  });
}

export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly mean_probability: number;
  readonly positive_rate: number;
}

/** Equally wide bins over [0, 1], a score on an edge in the lower one, as in scikit-learn's calibration_curve; empty bins are left out. */
export function calibrationBins(probabilities: Float64Array, labels: Uint8Array, bins: number): CalibrationBin[] {
  const width = 1 / bins;
  const counts = new Float64Array(bins);
  const sums = new Float64Array(bins);
  const ones = new Float64Array(bins);
  probabilities.forEach((p, row) => {
    let bin = Math.max(0, Math.min(bins - 1, Math.ceil(p * bins) - 1));
    // The edges are multiples of the width as doubles: 3 * 0.1 is a little above 0.3.
    if (bin > 0 && p <= bin * width) bin--;
    else if (bin + 1 < bins && p > (bin + 1) * width) bin++;
    counts[bin]! += 1;
    sums[bin]! += p;
    ones[bin]! += labels[row]!;
  });
  return Array.from(counts.keys())
    .filter((bin) => counts[bin]! > 0)
    .map((bin) => ({
      low: bin / bins,
      high: (bin + 1) / bins,
      n: counts[bin]!,
      mean_probability: sums[bin]! / counts[bin]!,
      positive_rate: ones[bin]! / counts[bin]!,
    }));
}
