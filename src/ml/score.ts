/**
 * Scores one model on the holdout: parse, check, answer every row, count.
 *
 * The same code for candidate and champion, so that their scores can be compared.
 */
import { digestOf, type Digest } from '../lib/digest.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { checkModel } from './evaluator.ts';
import type { Matrix } from './matrix.ts';
import { evaluate, type Metrics } from './metrics.ts';
import { parseModel } from './model-file.ts';
import { isTextModel, type ModelFile, type SplitId } from './model.ts';
import type { ModelProblem } from './model-problem.ts';
import { checkTextModel } from './text-evaluator.ts';

/** What a model is asked: rows of numbers, or texts. */
export type Questions = { readonly rows: Matrix } | { readonly texts: readonly string[] };

export type Holdout = Questions & HoldoutHead;

interface HoldoutHead {
  /** Names of the columns, in order; of texts, what a text is called. */
  readonly columns: readonly string[];
  /** 0 or 1, one a row. */
  readonly labels: Uint8Array;
  readonly split: SplitId;
  readonly digests: { readonly x_test: Digest; readonly y_test: Digest };
}

export interface LoadedModel {
  readonly bytes: Uint8Array;
  readonly sha: Digest;
  readonly model: ModelFile;
  readonly answer: Answer;
}

/** Probabilities of class 1, one a row or text. The error: this model answers the other sort. */
export type Answer = (questions: Questions) => Result<Float64Array, string>;

export interface ScoredModel extends LoadedModel {
  readonly probabilities: Float64Array;
  readonly metrics: Metrics;
}

/** The error is a sentence: why these bytes are no model that can be used. */
export function loadModel(bytes: Uint8Array): Result<LoadedModel, string> {
  const parsed = parseModel(new TextDecoder().decode(bytes));
  if (!parsed.ok) return err(parsed.error.message);
  const answer = compileAnswer(parsed.value);
  if (!answer.ok) return err(answer.error.message);
  return ok({ bytes, sha: digestOf(bytes), model: parsed.value, answer: answer.value });
}

function compileAnswer(model: ModelFile): Result<Answer, ModelProblem> {
  if (isTextModel(model)) {
    const checked = checkTextModel(model);
    if (!checked.ok) return checked;
    const { probabilities } = checked.value;
    return ok((asked) => ('texts' in asked ? ok(probabilities(asked.texts)) : err('it answers texts, not numbers')));
  }
  const checked = checkModel(model);
  if (!checked.ok) return checked;
  const { probabilities } = checked.value;
  return ok((asked) => ('rows' in asked ? ok(probabilities(asked.rows)) : err('it answers numbers, not texts')));
}

export function scoreModel(loaded: LoadedModel, holdout: Holdout): Result<ScoredModel, string> {
  const { model } = loaded;
  const names = model.inputs.map((input) => input.name);
  const wrong = names.findIndex((name, index) => name !== holdout.columns[index]);
  if (wrong >= 0 || names.length !== holdout.columns.length) {
    const at = wrong >= 0 ? wrong : names.length;
    return err(
      `its input ${at + 1} is ${names[at] ?? 'nothing'}, the holdout has ${holdout.columns[at] ?? 'nothing'} there`,
    );
  }
  const answers = loaded.answer(holdout);
  if (!answers.ok) return answers;
  const probabilities = answers.value;
  // Metrics of NaN would be an order that means nothing; the example rows cannot have covered every path.
  if (probabilities.some(Number.isNaN)) return err('it answers NaN for a row of the holdout');
  return ok({ ...loaded, probabilities, metrics: evaluate(probabilities, holdout.labels, model.threshold) });
}

/** How the inputs or classes of two models differ; empty when both answer the same rows. */
export function findDifferences(candidate: ModelFile, champion: ModelFile): readonly string[] {
  if (candidate.classes.join() !== champion.classes.join()) {
    return [`the classes are ${candidate.classes.join(', ')}, the production model has ${champion.classes.join(', ')}`];
  }
  const length = Math.max(candidate.inputs.length, champion.inputs.length);
  return Array.from({ length }, (_, index) => index).flatMap((index) => {
    const [here, there] = [describe(candidate.inputs[index]), describe(champion.inputs[index])];
    return here === there ? [] : [`input ${index + 1} is ${here}, of the production model ${there}`];
  });
}

const describe = (input: ModelFile['inputs'][number] | undefined): string =>
  input === undefined ? 'missing' : `${input.name} (${input.type})`;
