/**
 * What a model file says, as types. The keys are those of the JSON (docs/model-file.md), so that
 * the file needs no second description. Knows nothing of training, evaluating or files.
 *
 * Invariant: a model holds only what follows from the inputs of its training: no time, no commit, no machine.
 */
import type { Calibration } from './calibration.ts';

export const MODEL_FORMAT = 'reprod-model/1';

/** What can be learnt from rows of numbers. */
export type ModelKind = 'gbdt' | 'random_forest' | 'logistic';

/** What a model of either sort says of itself. */
interface CommonHead {
  readonly format: typeof MODEL_FORMAT;
  readonly name: string;
  /** For people: "1.0.0". The registry's number is another thing and stands in card.json. */
  readonly label: string;
  readonly framework: string;
  readonly classes: readonly [0, 1];
  /** Class 1 is predicted when its probability is at least this. Maximises F1 on training rows; of texts, the likelier class. */
  readonly threshold: number;
  readonly split: SplitId;
  readonly digests: { readonly data: string; readonly params: string };
  /** What each input looked like in training, one entry an input; of a text it counts words. */
  readonly reference: readonly ReferenceHistogram[];
}

export interface ModelHead extends CommonHead {
  /** What turns the score of trees or equation into the probability that is answered; left out: nothing does. */
  readonly calibration?: Calibration;
  /** In the order of the columns of a row. */
  readonly inputs: readonly InputSpec[];
  readonly examples: Examples;
}

export interface TreeModel extends ModelHead {
  readonly kind: 'gbdt' | 'random_forest';
  readonly ensemble: TreeEnsemble;
}

export interface LogisticModel extends ModelHead {
  readonly kind: 'logistic';
  readonly equation: LogisticEquation;
}

/** Answers rows of numbers. */
export type TableModel = TreeModel | LogisticModel;

/** Answers texts. */
export interface TextModel extends CommonHead {
  readonly kind: 'naive_bayes';
  readonly inputs: readonly [TextInput];
  readonly examples: TextExamples;
  readonly bayes: TermTable;
}

export type ModelFile = TableModel | TextModel;

export const isTextModel = (model: ModelFile): model is TextModel => model.kind === 'naive_bayes';

export interface TextInput {
  readonly name: string;
  readonly type: 'text';
  readonly nullable: false;
}

export interface InputSpec {
  readonly name: string;
  readonly type: 'integer' | 'number';
  readonly unit?: string;
  /** The values a code may take; an input has codes or a range. */
  readonly codes?: readonly number[];
  /** The usual range, both ends included; a value outside is unusual, not wrong. */
  readonly range?: readonly [low: number, high: number];
  /** May a caller leave it out? */
  readonly nullable: boolean;
}

/** Which rows were kept away from training: two models compare only when these are equal. */
export type SplitId = MadeSplit | GivenSplit;

/** Drawn by rule: the rule names the rows. */
export type MadeSplit =
  | { readonly method: 'hash'; readonly salt: string; readonly fraction: number; readonly key: string }
  | { readonly method: 'random'; readonly seed: number; readonly fraction: number };

/** Somebody split the rows by hand, and only the holdout itself can name them: a digest of its files. */
export interface GivenSplit {
  readonly method: 'given';
  readonly holdout: string;
}

/** counts[i] values were <= edges[i] and above the edge before; the last count is what lies above all edges. */
export interface ReferenceHistogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly missing: number;
}

/** Rows with the answers of this very model; null is a missing value. */
export interface Examples {
  readonly rows: readonly (readonly (number | null)[])[];
  readonly probabilities: readonly number[];
}

/** Texts with the answers of this very model. */
export interface TextExamples {
  readonly texts: readonly string[];
  readonly probabilities: readonly number[];
}

export interface TreeEnsemble {
  /** Log-odds before the first tree; 0 for a forest. */
  readonly base: number;
  /** Ascending cut points, one list an input: a value falls in bin i when it is <= edges[i] and above edges[i - 1]. */
  readonly edges: readonly (readonly number[])[];
  readonly trees: readonly Tree[];
}

/**
 * A tree in preorder: node, its left subtree, its right subtree. Children need no indices, so a file
 * cannot hold a cycle. `feature` has one entry a node, `bin` and `missing_left` one a split, `value` and `cover` one a leaf.
 */
export interface Tree {
  /** Input to compare, or -1 for a leaf. */
  readonly feature: readonly number[];
  /** A row goes left when its bin is at most this one: when its value is <= edges[feature][bin]. */
  readonly bin: readonly number[];
  /** 1 when a missing value goes left. */
  readonly missing_left: readonly number[];
  /** gbdt: log-odds to add; random_forest: share of class 1. */
  readonly value: readonly number[];
  /** Training rows (or weight) that reached the leaf. */
  readonly cover: readonly number[];
}

/** intercept + one term an input = log-odds of class 1. */
export interface LogisticEquation {
  readonly intercept: number;
  readonly terms: readonly LogisticTerm[];
}

export type LogisticTerm =
  /** One weight a code; a code that training never saw weighs 0. */
  | {
      readonly type: 'codes';
      readonly codes: readonly number[];
      readonly weights: readonly number[];
      readonly missing: number;
    }
  /** weight * (value - mean) / scale. */
  | {
      readonly type: 'scaled';
      readonly mean: number;
      readonly scale: number;
      readonly weight: number;
      readonly missing: number;
    };

/** Multinomial naive Bayes on TF-IDF, all logarithms natural (src/ml/text-evaluator has the sum). */
export interface TermTable {
  /** How many words a term may have. */
  readonly ngrams: readonly number[];
  /** ln of the share of each class in training. */
  readonly prior: readonly [negative: number, positive: number];
  /** Ascending by term. `negative` and `positive`: ln P(term | class). */
  readonly terms: readonly (readonly [term: string, idf: number, negative: number, positive: number])[];
}
