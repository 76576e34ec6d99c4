import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileBody } from '../../src/ml/evaluator.ts';
import type { ModelProblem } from '../../src/ml/model-problem.ts';
import { importXgboost, isUbjson, type XgboostModel } from '../../src/ml/xgboost-import.ts';
import { GOLDEN, largestDifference, readGolden, readText } from './support/xgboost-golden.ts';

test.each(['plain-3.2', 'missing-3.2', 'parallel-3.2', 'pruned-1.7', 'early-3.2'])(
  '%s answers as XGBoost itself, also on the cuts, between float32 numbers and without values',
  (name) => {
    const { text, rows, probabilities } = readGolden(name);
    const { ensemble } = imported(text);
    const evaluator = compileBody({ kind: 'gbdt', ensemble }, 5);
    const answers = rows.map((row) => evaluator.probability(row));
    expect(rows.length).toBeGreaterThan(40);
    expect(largestDifference(answers, probabilities)).toBeLessThan(1e-6);
  },
);

test('names, version and number of inputs are those of the file', () => {
  const model = imported(readText('plain-3.2.json'));
  expect(model.names).toEqual(['age', 'speed', 'light', 'lat', 'lon']);
  expect(model.version).toBe('3.2.0');
  expect(model.ensemble.edges).toHaveLength(5);
  expect(imported(readText('missing-3.2.json')).names).toEqual([]);
});

test.each(['5E-1', '[5E-1]', '0.5', '[0.5]'])('base_score may be written %s', (base_score) => {
  const text = changed('learner.learner_model_param.base_score', base_score);
  expect(imported(text).ensemble.base).toBe(0);
});

test.each([
  [{ best_iteration: '1' }, 6],
  [{ best_iteration: '1', scikit_learn: '{}' }, 2],
  [{ best_iteration: 'none', scikit_learn: '{}' }, 6],
  [{}, 6],
])('of six rounds, attributes %j leave %i', (attributes, rounds) => {
  expect(imported(changed('learner.attributes', attributes)).ensemble.trees).toHaveLength(rounds);
});

test('the cover of a leaf is its hessian', () => {
  const [tree] = JSON.parse(readText('plain-3.2.json')).learner.gradient_booster.model.trees;
  const leaves = tree.sum_hessian.map(Math.fround).filter((_: number, node: number) => tree.left_children[node] < 0);
  expect(imported(readText('plain-3.2.json')).ensemble.trees[0]?.cover.toSorted()).toEqual(leaves.toSorted());
});

test.each([
  ['dart.json', 'booster dart cannot be imported; only gbtree can'],
  ['gblinear.json', 'booster gblinear cannot be imported'],
  ['multi.json', 'objective multi:softprob cannot be imported; only binary:logistic can'],
  ['regression.json', 'objective reg:squarederror cannot be imported'],
  ['categorical.json', 'categorical inputs cannot be imported'],
])('%s is refused by name', (file, message) => {
  expect(refused(readText(join('refused', file)))).toMatchObject({ code: 'unsupported', message: contains(message) });
});

test('the binary format is told apart from JSON', () => {
  expect(isUbjson(readFileSync(join(GOLDEN, 'refused/binary.ubj')))).toBe(true);
  expect(isUbjson(readFileSync(join(GOLDEN, 'plain-3.2.json')))).toBe(false);
  expect(isUbjson(new TextEncoder().encode('{\n"a": 1}'))).toBe(false);
  expect(isUbjson(new TextEncoder().encode('[L'))).toBe(false);
});

const TREE = 'learner.gradient_booster.model.trees.0';

test.each<[string, string, unknown, ModelProblem['code'], string]>([
  ['a node that is its own child', `${TREE}.left_children.1`, 1, 'tree-broken', 'by two ways'],
  ['a circle', `${TREE}.right_children.1`, 0, 'tree-broken', 'comes to its node 0 by two ways'],
  ['a child out of range', `${TREE}.left_children.0`, 9999, 'tree-broken', 'a node 9999 that it does not have'],
  ['a negative child', `${TREE}.right_children.0`, -7, 'tree-broken', 'a node -7'],
  ['half a node', `${TREE}.left_children.0`, 1.5, 'tree-broken', 'a node 1.5'],
  ['an input out of range', `${TREE}.split_indices.0`, 5, 'tree-broken', 'splits on input 5'],
  ['a cut beyond float32', `${TREE}.split_conditions.0`, 1e39, 'schema', 'split_conditions[0]'],
  ['a cut that is no number', `${TREE}.split_conditions.0`, null, 'schema', 'split_conditions[0]'],
  ['a side that is neither', `${TREE}.default_left.0`, 2, 'schema', 'default_left[0]'],
  ['a list cut short', `${TREE}.sum_hessian`, [1], 'schema', 'sum_hessian: expected'],
  ['a categorical split', `${TREE}.split_type.0`, 1, 'unsupported', 'categorical splits'],
  ['leaves with several outputs', `${TREE}.tree_param.size_leaf_vector`, '3', 'unsupported', 'several outputs'],
  ['no trees', 'learner.gradient_booster.model.trees', [], 'schema', 'at least one tree'],
  ['several targets', 'learner.learner_model_param.num_target', '2', 'unsupported', 'several outputs'],
  ['several base scores', 'learner.learner_model_param.base_score', '[1E-1,2E-1]', 'unsupported', 'several outputs'],
  ['a base score of 1', 'learner.learner_model_param.base_score', '1E0', 'schema', 'is no probability'],
  ['no base score', 'learner.learner_model_param.base_score', '[]', 'schema', 'is no probability'],
  ['too few names', 'learner.feature_names', ['age'], 'schema', '1 names for 5 inputs'],
  ['no number of inputs', 'learner.learner_model_param.num_feature', 'five', 'schema', 'num_feature'],
  ['no learner', 'learner', null, 'unknown-format', 'no model of XGBoost'],
])('%s is refused with its place', (_, path, value, code, message) => {
  expect(refused(changed(path, value))).toMatchObject({ code, message: contains(message) });
});

test('text that is no JSON is refused', () => {
  expect(refused('tree\nversion=v4')).toMatchObject({ code: 'not-json' });
});

test('categorical splits are named although XGBoost before 3.0 writes their cuts as NaN, which is no JSON', () => {
  const text = changed('learner.feature_types', ['c']).replace('"split_conditions":[', '"split_conditions":[NaN,');
  expect(text).toContain('[NaN,');
  expect(refused(text)).toMatchObject({ code: 'unsupported', message: contains('categorical inputs') });
});

const contains = (text: string) => expect.stringContaining(text);

function imported(text: string): XgboostModel {
  const model = importXgboost(text);
  return model.ok ? model.value : expect.unreachable(model.error.message);
}

function refused(text: string): ModelProblem {
  const model = importXgboost(text);
  return model.ok ? expect.unreachable('it was taken') : model.error;
}

/** The plain model with one value replaced, as text. */
function changed(path: string, value: unknown): string {
  const model = JSON.parse(readText('plain-3.2.json'));
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const holder = keys.reduce((inner, key) => inner[key], model);
  holder[last] = value;
  return JSON.stringify(model);
}
