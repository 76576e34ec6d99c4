/**
 * Rows and labels in, a whole model out: trees or weights, threshold, reference histograms, examples.
 *
 * Invariant: the same options give the same bytes, on every machine and Node version.
 */
import type { Matrix } from './matrix.ts';
import type { InputSpec, ModelFile, SplitId } from './model.ts';
import type { TrainParams } from './train-params.ts';

export interface TrainOptions {
  readonly params: TrainParams;
  /** One row an example, columns in the order of `inputs`. */
  readonly train: Matrix;
  /** 0 or 1, one a row; both must occur. */
  readonly labels: Uint8Array;
  readonly inputs: readonly InputSpec[];
  readonly name: string;
  readonly label: string;
  readonly split: SplitId;
  readonly digests: { readonly data: string; readonly params: string };
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly round: number;
  readonly rounds: number;
  /** Log loss on the training rows so far, where it costs nothing to know. */
  readonly score?: number;
}

/** Throws when the labels hold one class only: callers check before they train. */
export declare function trainModel(options: TrainOptions): ModelFile;
