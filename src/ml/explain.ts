/**
 * Why a model answers a row as it does: a base, and what each input adds to it.
 *
 * Invariant: base and contributions sum to what the model answers before any calibration, in log-odds of class 1 for
 * boosted trees and logistic regression, as a probability for a forest.
 */
import type { ModelBody } from './evaluator.ts';
import { createEncoder } from './logistic-terms.ts';
import type { LogisticEquation } from './model.ts';
import { createTreeShap } from './shap.ts';

export interface Explanation {
  readonly base: number;
  /** One an input. */
  readonly contributions: Float64Array;
}

/** Values in the order of the model's inputs; NaN is missing. */
export type Explain = (row: ArrayLike<number>) => Explanation;

export function createExplain(model: ModelBody): Explain {
  if (model.kind === 'logistic') return explainEquation(model.equation);
  const { ensemble } = model;
  const { expected, explain } = createTreeShap(ensemble);
  const scale = model.kind === 'random_forest' ? 1 / ensemble.trees.length : 1;
  return (row) => {
    const contributions = new Float64Array(ensemble.edges.length);
    explain(Float64Array.from(row), contributions);
    contributions.forEach((value, input) => {
      contributions[input] = value * scale;
    });
    return { base: ensemble.base + expected * scale, contributions };
  };
}

/** Its own terms: what stands in the file is what an input adds. */
function explainEquation({ intercept, terms }: LogisticEquation): Explain {
  const encoders = terms.map(createEncoder);
  const weights = terms.map((term) => [...(term.type === 'codes' ? term.weights : [term.weight]), term.missing]);
  return (row) => ({
    base: intercept,
    contributions: Float64Array.from(encoders, (encode, input) => {
      const { weight, factor } = encode(row[input] ?? Number.NaN);
      return weight < 0 ? 0 : weights[input]![weight]! * factor;
    }),
  });
}
