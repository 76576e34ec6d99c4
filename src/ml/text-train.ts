/**
 * Texts and labels in, a whole text model out: terms, their weights, examples. Reads and writes nothing.
 *
 * Invariant: the same options give the same bytes, on every machine and Node version.
 */
import { countPositives } from './class-weight.ts';
import { matrixOf } from './matrix.ts';
import { MODEL_FORMAT, type SplitId, type TermTable, type TextExamples, type TextModel } from './model.ts';
import { fitNaiveBayes } from './naive-bayes.ts';
import { referenceHistograms } from './reference-histogram.ts';
import { compileTermTable, type TextEvaluator } from './text-evaluator.ts';
import { termsOf } from './text-tokens.ts';
import { fitTfidf, type TfidfParams } from './tfidf.ts';

export interface NaiveBayesParams extends TfidfParams {
  /** Added to the weight of every term in either class: how much is granted to what was never seen. Above 0. */
  readonly alpha: number;
}

export interface TextTrainOptions {
  readonly params: NaiveBayesParams;
  readonly texts: readonly string[];
  /** 0 or 1, one a text; both must occur. */
  readonly labels: Uint8Array;
  /** What a caller's text is called. */
  readonly input: string;
  readonly name: string;
  readonly label: string;
  readonly split: SplitId;
  readonly digests: { readonly data: string; readonly params: string };
}

/** Throws when the labels hold one class only: callers check before they train. */
export function trainTextModel(options: TextTrainOptions): TextModel {
  const { params, texts, labels, input, name, label, split, digests } = options;
  const positives = countPositives(labels);
  if (positives === 0 || positives === labels.length) throw new Error('training needs texts of both classes');
  const bayes = learn(texts, labels, params);
  return {
    format: MODEL_FORMAT,
    name,
    kind: 'naive_bayes',
    label,
    framework: 'reprod',
    inputs: [{ name: input, type: 'text', nullable: false }],
    classes: [0, 1],
    threshold: THRESHOLD,
    split,
    digests,
    reference: referenceHistograms(matrixOf(texts.map((text) => [termsOf(text, [1]).length]))),
    examples: examplesOf(texts, compileTermTable(bayes)),
    bayes,
  };
}

/** The number after 0.5: the likelier class, and class 0 when the chances are even, as scikit-learn's predict has it. */
const THRESHOLD = 0.5 + Number.EPSILON / 2;

function learn(texts: readonly string[], labels: Uint8Array, params: NaiveBayesParams): TermTable {
  const { vocabulary, rows } = fitTfidf(texts, params);
  const { terms, idf } = vocabulary;
  const { prior, likelihood } = fitNaiveBayes(rows, { labels, terms: terms.length, alpha: params.alpha });
  const [negative, positive] = likelihood;
  return {
    ngrams: params.ngrams,
    prior,
    terms: terms.map((term, column) => [term, idf[column]!, negative[column]!, positive[column]!]),
  };
}

const EXAMPLES = 32;

/** Texts from all over the training data, with the answers of the finished model. */
function examplesOf(texts: readonly string[], evaluator: TextEvaluator): TextExamples {
  const count = Math.min(EXAMPLES, texts.length);
  const picked = Array.from({ length: count }, (_, i) => texts[Math.floor((i * texts.length) / count)] ?? '');
  return { texts: picked, probabilities: picked.map(evaluator.probability) };
}
