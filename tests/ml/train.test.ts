import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/lib/random.ts';
import { compileModel } from '../../src/ml/evaluator.ts';
import { evaluate } from '../../src/ml/metrics.ts';
import type { ModelKind } from '../../src/ml/model.ts';
import { renderModel } from '../../src/ml/model-file.ts';
import { trainModel } from '../../src/ml/train.ts';
import { INPUTS, options, PARAMS, toy } from './support/toy.ts';

const KINDS: readonly ModelKind[] = ['gbdt', 'random_forest', 'logistic'];
const data = toy(500, 11);

describe.each(KINDS)('%s', (model) => {
  test('the same inputs give the same bytes', () => {
    const sampled = { ...PARAMS.gbdt, subsample: 0.7, colsample: 0.6 };
    const train = (): string => renderModel(trainModel(options(data, { model, gbdt: sampled })));
    expect(train()).toBe(train());
  });

  test('tells new rows apart, and its threshold serves them well', () => {
    const fresh = toy(1000, 12);
    const trained = trainModel(options(data, { model }));
    const answers = compileModel(trained).probabilities(fresh.train);
    const { roc_auc, f1 } = evaluate(answers, fresh.labels, trained.threshold);
    const best = Math.max(...Array.from({ length: 99 }, (_, i) => evaluate(answers, fresh.labels, (i + 1) / 100).f1));
    expect(roc_auc).toBeGreaterThan(0.75);
    expect(f1).toBeGreaterThan(best - 0.03);
  });

  test('progress counts up to the number of rounds it names, which never changes', () => {
    const seen: number[] = [];
    const named = new Set<number>();
    trainModel({
      ...options(data, { model }),
      onProgress: ({ round, rounds }) => {
        seen.push(round);
        named.add(rounds);
      },
    });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(named.size).toBe(1);
    expect(seen.at(-1)).toBeLessThanOrEqual([...named][0] ?? 0);
  });
});

test('another seed gives another model', () => {
  const gbdt = { ...PARAMS.gbdt, subsample: 0.7 };
  expect(renderModel(trainModel(options(data, { gbdt })))).not.toBe(
    renderModel(trainModel(options(data, { gbdt, seed: 7 }))),
  );
});

test('the model carries what training saw of each input', () => {
  const { reference, inputs } = trainModel(options(data));
  expect(inputs).toEqual(INPUTS);
  expect(reference[0]?.edges).toEqual([0.5, 1.5, 2.5]);
  expect(reference[3]).toEqual({ edges: [], counts: [500], missing: 0 });
  const missing = data.rows.filter((row) => Number.isNaN(row[1])).length;
  expect(reference[1]?.missing).toBe(missing);
  expect(reference[1]?.counts.reduce((sum, count) => sum + count, 0)).toBe(500 - missing);
});

test('it carries 32 rows with its answers, or as many as there are', () => {
  expect(trainModel(options(data)).examples.rows).toHaveLength(32);
  expect(trainModel(options(toy(9, 1))).examples.probabilities).toHaveLength(9);
});

test('the threshold does not believe answers on rows that were learnt by heart', () => {
  const { train } = toy(300, 5);
  const random = createRandom(8);
  const labels = Uint8Array.from({ length: 300 }, () => (random.next() < 0.4 ? 1 : 0));
  const gbdt = { ...PARAMS.gbdt, trees: 200, learning_rate: 0.3, leaves: 32, min_leaf: 1 };
  const model = trainModel({ ...options(data, { gbdt }), train, labels });
  expect(evaluate(compileModel(model).probabilities(train), labels, 0.5).f1).toBeGreaterThan(0.95);
  // Labels that follow from nothing: all that helps on rows not learnt is to call nearly all of them 1.
  expect(model.threshold).toBeLessThan(0.1);
});

test('with too few rows of a class to hold any back, the threshold is one half', () => {
  const { train } = toy(20, 3);
  const labels = Uint8Array.from({ length: 20 }, (_, i) => (i < 2 ? 1 : 0));
  expect(trainModel({ ...options(data), train, labels }).threshold).toBe(0.5);
});

test('labels of one class only are a bug of the caller', () => {
  expect(() => trainModel({ ...options(data), labels: new Uint8Array(500) })).toThrow('both classes');
});
