/** Lets the examples in a model file prove that the model still answers as it did when it was trained. */
import type { ModelProblem } from './model-problem.ts';

export interface Proof<Question> {
  readonly questions: readonly Question[];
  /** What the file says: one answer a question. */
  readonly probabilities: readonly number[];
  readonly answer: (question: Question) => number;
}

export function disagreement<Question>({
  questions,
  probabilities,
  answer,
}: Proof<Question>): ModelProblem | undefined {
  for (const [i, question] of questions.entries()) {
    const found = answer(question);
    const expected = probabilities[i] ?? Number.NaN;
    if (Math.abs(found - expected) <= TOLERANCE) continue;
    const message = `the model answers ${found} to its example ${i}, but the file says ${expected}: it was changed or damaged`;
    return { code: 'examples-disagree', message, path: `examples.probabilities[${i}]` };
  }
  return undefined;
}

/** Our own answers agree to the last bit; an imported model's were computed in another order, or in single precision. */
const TOLERANCE = 1e-9;
