/** Curves of a report: ROC, precision over recall, calibration. Points only; drawing is elsewhere. */
export interface CurvePoint {
  readonly x: number;
  readonly y: number;
  readonly threshold: number;
}

/** x false positive rate, y true positive rate; scikit-learn's roc_curve (drop_intermediate), first point (0, 0) at Infinity. */
export declare function rocCurve(probabilities: Float64Array, labels: Uint8Array): CurvePoint[];

/** x recall, y precision, by descending threshold. */
export declare function precisionRecallCurve(probabilities: Float64Array, labels: Uint8Array): CurvePoint[];

export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly mean_probability: number;
  readonly positive_rate: number;
}

/** Equally wide bins over [0, 1]; empty ones are left out. */
export declare function calibrationBins(
  probabilities: Float64Array,
  labels: Uint8Array,
  bins: number,
): CalibrationBin[];
