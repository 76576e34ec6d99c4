import { expect, test } from 'vitest';
import { compileBody } from '../../src/ml/evaluator.ts';
import { trainLogistic } from '../../src/ml/logistic.ts';
import { matrixOf } from '../../src/ml/matrix.ts';
import { INPUTS, toy } from './support/toy.ts';

const params = { l2: 1, class_weight: 'none' as const };

// Recorded from scikit-learn 1.9.1: LogisticRegression(C=1) on the standardised column.
test('probabilities are those of scikit-learn', () => {
  const train = matrixOf([[0.5], [1.5], [2], [3], [3.5], [5], [1], [4]]);
  const labels = Uint8Array.of(0, 0, 1, 0, 1, 1, 0, 1);
  const inputs = [{ name: 'x', type: 'number' as const, nullable: false }];
  const equation = trainLogistic({ train, labels, inputs, params });
  const answers = compileBody({ kind: 'logistic', equation }, 1).probabilities(train);
  const expected = [
    0.18582143860336825, 0.31985261839930157, 0.40300084594497565, 0.5817514141458228, 0.6662870583815963,
    0.8551843980471693, 0.2467686156801339, 0.7413336111302257,
  ];
  expect(Math.max(...answers.map((answer, i) => Math.abs(answer - (expected[i] ?? 0))))).toBeLessThan(1e-6);
});

test('a whole-number input with few values gets one weight a value, a measured one is scaled', () => {
  const { train, labels } = toy(300, 1);
  const { terms } = trainLogistic({ train, labels, inputs: INPUTS, params });
  expect(terms.map((term) => term.type)).toEqual(['codes', 'scaled', 'codes', 'codes']);
  expect(terms[0]).toMatchObject({ codes: [0, 1, 2, 3] });
});

test('a code that training never saw moves nothing', () => {
  const { train, labels } = toy(300, 1);
  const equation = trainLogistic({ train, labels, inputs: INPUTS, params });
  const { probability } = compileBody({ kind: 'logistic', equation }, 4);
  expect(probability([99, 0, 5, 7])).toBe(probability([-99, 0, 5, 7]));
  expect(probability([99, 0, 5, 7])).not.toBe(probability([2, 0, 5, 7]));
});

test('a missing value has a weight of its own where training saw some, and none where it did not', () => {
  const equation = trainLogistic({ ...toy(300, 1), inputs: INPUTS, params });
  const [code, size] = equation.terms;
  expect(size?.missing).toBeGreaterThan(0.3);
  expect(code?.missing).toBe(0);
});

test('rows that a line separates do not send the weights to infinity', () => {
  const train = matrixOf([[1.5], [2.5], [3.5], [4.5]]);
  const inputs = [{ name: 'x', type: 'number' as const, nullable: false }];
  const { terms } = trainLogistic({
    train,
    labels: Uint8Array.of(0, 0, 1, 1),
    inputs,
    params: { ...params, l2: 1e-6 },
  });
  expect(Number.isFinite(terms[0]?.type === 'scaled' ? terms[0].weight : Number.NaN)).toBe(true);
});
