/**
 * A text model ready to answer. Training uses the same evaluator for its example texts, so the two cannot skew.
 * Knows nothing of files; a model that was parsed cannot make it fail.
 */
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { sigmoid } from '../lib/math.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { disagreement } from './example-check.ts';
import type { TermTable, TextModel } from './model.ts';
import type { ModelProblem } from './model-problem.ts';
import { termsOf } from './text-tokens.ts';

export interface TextEvaluator {
  /** Probability of class 1. A text without a word that training knew gets the share of class 1 in training. */
  readonly probability: (text: string) => number;
  readonly probabilities: (texts: readonly string[]) => Float64Array;
  readonly explain: (text: string) => TextExplanation;
}

/** Base and contributions sum to the log-odds of class 1. */
export interface TextExplanation {
  /** Of a text without a known term. */
  readonly base: number;
  /** One a known term of the text, the weightiest first: how much likelier it makes class 1, at its share of the text. */
  readonly contributions: readonly (readonly [term: string, contribution: number])[];
}

/** A table as far as answering needs it, and plain data: a thread can make it for another, which then only links it. */
export interface CompiledTerms {
  readonly ngrams: readonly number[];
  readonly priorOdds: number;
  readonly terms: readonly string[];
  readonly idf: Float64Array;
  /** Of the log likelihoods: with two classes only that counts. */
  readonly difference: Float64Array;
}

export function compileTextModel(model: TextModel): TextEvaluator {
  return compileTermTable(model.bayes);
}

export const compileTermTable = (table: TermTable): TextEvaluator => linkTerms(compileTerms(table));

export const compileTerms = ({ ngrams, prior, terms }: TermTable): CompiledTerms => ({
  ngrams,
  priorOdds: prior[1] - prior[0],
  terms: terms.map(([term]) => term),
  idf: Float64Array.from(terms, (term) => term[1]),
  difference: Float64Array.from(terms, ([, , negative, positive]) => positive - negative),
});

/** Compiles and lets the example texts prove that the file still answers as it did when trained. */
export function checkTextModel(model: TextModel): Result<TextEvaluator, ModelProblem> {
  const evaluator = compileTextModel(model);
  const { texts, probabilities } = model.examples;
  const problem = disagreement({ questions: texts, probabilities, answer: evaluator.probability });
  return problem === undefined ? ok(evaluator) : err(problem);
}

/** One sum over the terms of a text, one sigmoid. */
export function linkTerms({ ngrams, priorOdds, terms, idf, difference }: CompiledTerms): TextEvaluator {
  const columnOf = new Map(terms.map((term, column) => [term, column]));
  // Scratch: how often each term stands in the text at hand, all 0 between calls; which ones do.
  const counts = new Int32Array(terms.length);
  const found: number[] = [];

  const probability = (text: string): number => {
    for (const term of termsOf(text, ngrams)) {
      const column = columnOf.get(term);
      if (column === undefined) continue;
      if (counts[column] === 0) found.push(column);
      counts[column]! += 1;
    }
    let squares = 0;
    let odds = 0;
    for (const column of found) {
      const weight = counts[column]! * idf[column]!;
      squares += weight * weight;
      odds += weight * difference[column]!;
      counts[column] = 0;
    }
    found.length = 0;
    return sigmoid(squares === 0 ? priorOdds : odds / Math.sqrt(squares) + priorOdds);
  };
  const explain = (text: string): TextExplanation => {
    const found = new Map<number, number>();
    for (const term of termsOf(text, ngrams)) {
      const column = columnOf.get(term);
      if (column !== undefined) found.set(column, (found.get(column) ?? 0) + idf[column]!);
    }
    const length = Math.sqrt([...found.values()].reduce((squares, weight) => squares + weight * weight, 0));
    const contributions = [...found].map(
      ([column, weight]) => [terms[column]!, (weight / length) * difference[column]!] as const,
    );
    return { base: priorOdds, contributions: contributions.sort(byWeight) };
  };
  return { probability, probabilities: (texts) => Float64Array.from(texts, probability), explain };
}

function byWeight(a: readonly [string, number], b: readonly [string, number]): number {
  return Math.abs(b[1]) - Math.abs(a[1]) || compareCodeUnits(a[0], b[0]);
}
