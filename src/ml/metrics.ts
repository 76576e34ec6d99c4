/**
 * How good probabilities are, exactly as scikit-learn counts it (ties included).
 *
 * Invariant: depends only on probabilities, labels and threshold, never on the order of rows.
 */
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

export declare function evaluate(probabilities: Float64Array, labels: Uint8Array, threshold: number): Metrics;
