import { expect, test } from 'vitest';
import { createBinTable } from '../../src/ml/bin-table.ts';
import { compileBody } from '../../src/ml/evaluator.ts';
import { createWatch } from '../../src/ml/early-stopping.ts';
import { holdBack } from '../../src/ml/folds.ts';
import { trainGbdt } from '../../src/ml/gbdt.ts';
import { evaluate } from '../../src/ml/metrics.ts';
import { sigmoid } from '../../src/lib/math.ts';
import { trainModel, type Progress } from '../../src/ml/train.ts';
import { options, PARAMS, toy } from './support/toy.ts';

const data = toy(800, 4);
const GREEDY = { ...PARAMS.gbdt, trees: 300, learning_rate: 0.3, leaves: 16 };
const table = createBinTable(data.train);
const boost = (early_stopping: { rounds: number; share: number } | null, seed = 1) =>
  trainGbdt({ table, labels: data.labels, params: { ...GREEDY, early_stopping }, seed });

test('the watch ends when so many rounds gained nothing, and keeps the best', () => {
  const watch = createWatch(2);
  expect([0.5, 0.4, 0.45, 0.39, 0.39, 0.41].map((loss, i) => watch.isOver(i + 1, loss))).toEqual([
    false,
    false,
    false,
    false,
    false,
    true,
  ]);
  expect(watch.best()).toBe(4);
});

test('training ends early, at the tree after which the rows held back were answered best', () => {
  const { ensemble } = boost({ rounds: 10, share: 0.25 });
  const count = ensemble.trees.length;
  expect(count).toBeGreaterThan(1);
  expect(count).toBeLessThan(100);
  const held = holdBack(data.labels, 0.25, 1);
  const lossWith = (trees: number): number => {
    const body = { kind: 'gbdt' as const, ensemble: { ...ensemble, trees: ensemble.trees.slice(0, trees) } };
    const answers = compileBody(body, 4).probabilities(data.train);
    const own = answers.filter((_, row) => held[row] === 1);
    return evaluate(
      own,
      data.labels.filter((_, row) => held[row] === 1),
      0.5,
    ).log_loss;
  };
  const losses = ensemble.trees.map((_, i) => lossWith(i + 1));
  expect(Math.min(...losses)).toBe(losses.at(-1));
});

test('it answers new rows better than all the trees would', () => {
  const fresh = toy(2000, 5);
  const loss = (early: { rounds: number; share: number } | null): number => {
    const body = { kind: 'gbdt' as const, ensemble: boost(early).ensemble };
    return evaluate(compileBody(body, 4).probabilities(fresh.train), fresh.labels, 0.5).log_loss;
  };
  expect(loss({ rounds: 10, share: 0.2 })).toBeLessThan(loss(null) - 0.1);
});

test('no tree learns from rows held back: their labels do not matter', () => {
  const held = holdBack(data.labels, 0.3, 2);
  const flipped = data.labels.map((label, row) => (held[row] === 1 ? 1 - label : label));
  const learn = (labels: Uint8Array) => trainGbdt({ table, labels, params: PARAMS.gbdt, seed: 1, held }).ensemble;
  expect(learn(flipped)).toEqual(learn(data.labels));
});

test('rows held back are scored on the way as the trees answer them', () => {
  const held = holdBack(data.labels, 0.3, 2);
  const { ensemble, scores } = trainGbdt({ table, labels: data.labels, params: PARAMS.gbdt, seed: 1, held });
  const answers = compileBody({ kind: 'gbdt', ensemble }, 4).probabilities(data.train);
  answers.forEach((answer, row) => expect(sigmoid(scores[row] ?? 0)).toBeCloseTo(answer, 12));
});

test('either class is held back by its share', () => {
  const held = holdBack(data.labels, 0.25, 7);
  for (const label of [0, 1]) {
    const rows = [...data.labels.keys()].filter((row) => data.labels[row] === label);
    expect(rows.filter((row) => held[row] === 1)).toHaveLength(Math.floor(rows.length / 4));
  }
});

test('progress says how good the trees are on rows held back, and training ends below the rounds it named', () => {
  const seen: Progress[] = [];
  const gbdt = { ...GREEDY, early_stopping: { rounds: 5, share: 0.2 } };
  trainModel({ ...options(data, { gbdt }), onProgress: (progress) => seen.push(progress) });
  expect(seen[0]?.score?.()).toMatchObject({ on: 'rows held back', loss: expect.any(Number) });
  expect(seen.at(-1)?.round).toBeLessThanOrEqual(seen[0]?.rounds ?? 0);
});

test('without early stopping the score is that of the rows learnt from, and it falls', () => {
  const losses: number[] = [];
  trainModel({
    ...options(data),
    onProgress: ({ score }) => {
      const found = score?.();
      if (found !== undefined) losses.push(found.loss);
    },
  });
  expect(losses).toHaveLength(PARAMS.gbdt.trees);
  expect(losses).toEqual(losses.toSorted((a, b) => b - a));
});
