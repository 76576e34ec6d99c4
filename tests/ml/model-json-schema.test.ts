/** schema/model.schema.json is for other programs; here it is held to the checks that decide. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseModel, renderModel } from '../../src/ml/model-file.ts';
import { trainModel } from '../../src/ml/train.ts';
import { options, toy } from './support/toy.ts';

const SCHEMA = z.fromJSONSchema(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../schema/model.schema.json'), 'utf8')),
);
const isDescribed = (value: unknown): boolean => SCHEMA.safeParse(value).success;

const file = (kind: 'gbdt' | 'random_forest' | 'logistic') =>
  JSON.parse(renderModel(trainModel(options(toy(120, 1), { model: kind }))));
const TEXTS = {
  ...file('gbdt'),
  ensemble: undefined,
  kind: 'naive_bayes',
  inputs: [{ name: 'text', type: 'text', nullable: false }],
  reference: [{ edges: [1], counts: [1, 0], missing: 0 }],
  examples: { texts: ['good film'], probabilities: [0.5] },
  bayes: { ngrams: [1], prior: [-0.7, -0.7], terms: [['film', 1, -1, -1]] },
};
const MODELS = {
  trees: file('gbdt'),
  forest: file('random_forest'),
  logistic: file('logistic'),
  calibrated: { ...file('gbdt'), calibration: { type: 'platt', slope: 1, intercept: 0 } },
  stepped: { ...file('logistic'), calibration: { type: 'isotonic', from: [0, 1], to: [0.1, 0.9] } },
  texts: JSON.parse(JSON.stringify(TEXTS)),
};

test.each(Object.entries(MODELS))('a model file is what the schema describes: %s', (_, model) => {
  expect(parseModel(JSON.stringify(model)).ok).toBe(true);
  expect(isDescribed(model)).toBe(true);
});

test.each<[keyof typeof MODELS, string, unknown]>([
  ['trees', 'format', 'reprod-model/2'],
  ['trees', 'kind', 'logistic'],
  ['trees', 'name', ''],
  ['trees', 'threshold', 1.5],
  ['trees', 'classes', [1, 0]],
  ['trees', 'inputs', []],
  ['trees', 'inputs.0.type', 'text'],
  ['trees', 'inputs.0.extra', 1],
  ['trees', 'inputs.1.range', [1]],
  ['trees', 'split.method', 'none'],
  ['trees', 'split.fraction', 2],
  ['trees', 'digests.data', 5],
  ['trees', 'reference.0.missing', -1],
  ['trees', 'examples.rows.0.0', 'x'],
  ['trees', 'examples.probabilities.0', 1.5],
  ['trees', 'ensemble.base', null],
  ['trees', 'ensemble.trees', []],
  ['trees', 'ensemble.trees.0.feature.0', -2],
  ['trees', 'ensemble.trees.0.bin.0', 0.5],
  ['trees', 'ensemble.trees.0.missing_left.0', 2],
  ['trees', 'ensemble.trees.0.cover.0', -1],
  ['trees', 'ensemble.trees.0.cover', undefined],
  ['trees', 'ensemble.trees.0.bin', undefined],
  ['trees', 'extra', 1],
  ['logistic', 'equation.terms.0.type', 'other'],
  ['logistic', 'equation.terms.1.scale', 0],
  ['texts', 'inputs.0.nullable', true],
  ['texts', 'bayes.prior', [1]],
  ['texts', 'bayes.terms.0', ['film', 1, 1]],
])('%s with another %s (%j) is refused by schema and reader alike', (which, path, value) => {
  const model = structuredClone(MODELS[which]);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  keys.reduce((inner, key) => inner[key], model)[last] = value;
  expect(parseModel(JSON.stringify(model)).ok).toBe(false);
  expect(isDescribed(model)).toBe(false);
});

test.each(Object.entries(MODELS))('every key of a model file is needed, but for the calibration: %s', (_, model) => {
  for (const key of Object.keys(model).filter((name) => name !== 'calibration')) {
    const { [key]: _left, ...rest } = model;
    expect([key, isDescribed(rest), parseModel(JSON.stringify(rest)).ok]).toEqual([key, false, false]);
  }
});
