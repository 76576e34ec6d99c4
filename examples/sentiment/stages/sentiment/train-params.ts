/** The `train` section of params.yaml. */
import type { NaiveBayesParams } from '../../../../src/ml/text-train.ts';
import type { ParamReader } from '../../../../stages/lib/params.ts';

export interface TrainParams {
  readonly model: 'naive_bayes';
  readonly naive_bayes: NaiveBayesParams;
}

export function readTrainParams(params: ParamReader): TrainParams {
  params.only('train', ['model', 'naive_bayes']);
  params.only('train.naive_bayes', ['alpha', 'ngrams', 'min_df', 'max_features']);
  const count = { min: 1, max: 10_000_000 };
  return {
    model: params.choice('train.model', ['naive_bayes']),
    naive_bayes: {
      alpha: params.between('train.naive_bayes.alpha', { min: 0, max: 1000 }),
      ngrams: params.integers('train.naive_bayes.ngrams', { min: 1, max: 3 }),
      min_df: params.integer('train.naive_bayes.min_df', count),
      max_features: params.optionalInteger('train.naive_bayes.max_features', count),
    },
  };
}
