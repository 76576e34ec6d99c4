/**
 * How sure a difference between two models is: paired bootstrap over the rows both were scored on.
 */
import type { MetricName } from './metrics.ts';

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

/** Of candidate minus champion. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export declare function bootstrapDifference<M extends MetricName>(options: BootstrapOptions<M>): Record<M, Interval>;
