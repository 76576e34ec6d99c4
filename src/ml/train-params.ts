/**
 * The `train` section of params.yaml as a value, refused with the key's name when it makes no sense.
 * Knows nothing of YAML; defaults live in params.yaml, not here: what is not written there is refused.
 */
import type { Result } from '../lib/result.ts';
import type { ModelKind } from './model.ts';

/** 'balanced' weighs both classes alike, as scikit-learn does; 'none' counts rows. */
export type ClassWeight = 'none' | 'balanced';

export interface GbdtParams {
  readonly trees: number;
  readonly learning_rate: number;
  /** Leaves a tree has at most. */
  readonly leaves: number;
  /** Rows a leaf has at least. */
  readonly min_leaf: number;
  /** Share of rows a tree sees. */
  readonly subsample: number;
  /** Share of columns a tree sees. */
  readonly colsample: number;
  readonly l2: number;
  readonly class_weight: ClassWeight;
}

export interface ForestParams {
  readonly trees: number;
  readonly max_depth: number;
  readonly min_leaf: number;
  readonly class_weight: ClassWeight;
}

export interface LogisticParams {
  /** Strength of the pull of all weights towards 0, as a share of one row each. */
  readonly l2: number;
  readonly class_weight: ClassWeight;
}

export interface TrainParams {
  readonly model: ModelKind;
  readonly seed: number;
  readonly gbdt: GbdtParams;
  readonly random_forest: ForestParams;
  readonly logistic: LogisticParams;
}

export interface ParamProblem {
  /** `gbdt.trees` */
  readonly key: string;
  /** Says what is allowed. */
  readonly message: string;
}

export declare function parseTrainParams(value: unknown): Result<TrainParams, ParamProblem>;
