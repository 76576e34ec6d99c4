/* oxlint-disable typescript/no-explicit-any -- files are broken here in ways that no type allows */
import { describe, expect, test } from 'vitest';
import { checkModel } from '../../src/ml/evaluator.ts';
import type { TableModel, ModelKind } from '../../src/ml/model.ts';
import { parseModel, parseTableModel, renderModel } from '../../src/ml/model-file.ts';
import { trainModel } from '../../src/ml/train.ts';
import { options, toy } from './support/toy.ts';

const KINDS: readonly ModelKind[] = ['gbdt', 'random_forest', 'logistic'];
const data = toy(200, 21);
const models = Object.fromEntries(KINDS.map((model) => [model, trainModel(options(data, { model }))]));
const text = (kind: ModelKind): string => renderModel(models[kind] as TableModel);

/** The boosted model's text with one thing changed. */
function changed(change: (model: any) => void, kind: ModelKind = 'gbdt'): string {
  const model = JSON.parse(text(kind));
  change(model);
  return JSON.stringify(model);
}

describe.each(KINDS)('%s', (kind) => {
  test('what is rendered is parsed to the same model, and rendered to the same bytes', () => {
    const parsed = parseModel(text(kind));
    expect(parsed).toEqual({ ok: true, value: models[kind] });
    expect(parsed.ok && renderModel(parsed.value)).toBe(text(kind));
  });

  test('keys in another order are the same file', () => {
    const shuffled = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text(kind))).toReversed()));
    const parsed = parseModel(shuffled);
    expect(parsed.ok && renderModel(parsed.value)).toBe(text(kind));
  });

  test('a whole model passes its own examples', () => {
    const model = models[kind] as TableModel;
    expect(checkModel(model).ok).toBe(true);
  });
});

test('one line a tree, an input, an example: a changed tree is a changed line', () => {
  const lines = text('gbdt').split('\n');
  expect(lines.filter((line) => line.startsWith('{"bin"'))).toHaveLength(20);
  expect(lines[1]).toBe('"format": "reprod-model/1",');
});

test.each<[string, (model: any) => void, string, string]>([
  ['another format', (m) => (m.format = 'reprod-model/2'), 'unknown-format', 'format'],
  ['a missing key', (m) => delete m.threshold, 'schema', 'threshold'],
  ['an unknown key', (m) => (m.created = 'today'), 'schema', 'created'],
  ['an unknown kind', (m) => (m.kind = 'svm'), 'schema', 'kind'],
  ['a threshold above 1', (m) => (m.threshold = 1.5), 'schema', 'threshold'],
  ['a text for a number', (m) => (m.ensemble.base = '0'), 'schema', 'ensemble.base'],
  ['an input without a name', (m) => (m.inputs[0].name = ''), 'schema', 'inputs[0].name'],
  ['one reference too few', (m) => m.reference.pop(), 'schema', 'reference'],
  ['a row of another length', (m) => m.examples.rows[3].pop(), 'schema', 'examples.rows[3]'],
  ['an answer too few', (m) => m.examples.probabilities.pop(), 'schema', 'examples.probabilities'],
  ['edges out of order', (m) => m.ensemble.edges[1].reverse(), 'schema', 'ensemble.edges[1][1]'],
  ['no tree', (m) => (m.ensemble.trees = []), 'schema', 'ensemble.trees'],
  ['an input that is not there', (m) => (m.ensemble.trees[0].feature[0] = 4), 'schema', 'ensemble.trees[0].feature[0]'],
  ['a bin that is not there', (m) => (m.ensemble.trees[0].bin[0] = 300), 'tree-broken', 'ensemble.trees[0].bin[0]'],
  ['a tree cut short', (m) => m.ensemble.trees[2].feature.pop(), 'tree-broken', 'ensemble.trees[2]'],
  ['nodes after the last leaf', (m) => m.ensemble.trees[2].feature.push(-1), 'tree-broken', 'ensemble.trees[2]'],
  ['a leaf without a value', (m) => m.ensemble.trees[2].value.pop(), 'schema', 'ensemble.trees[2].value'],
  ['null where NaN was', (m) => (m.ensemble.trees[1].value[0] = null), 'schema', 'ensemble.trees[1].value[0]'],
])('%s is refused by code and place', (_, change, code, path) => {
  expect(parseModel(changed(change))).toMatchObject({ ok: false, error: { code, path } });
});

test('a number too large for a double is refused as not finite', () => {
  const infinite = text('gbdt').replace(/"base": [^,\n]+/, '"base": 1e999');
  expect(parseModel(infinite)).toMatchObject({ ok: false, error: { code: 'not-finite', path: 'ensemble.base' } });
});

test('weights that do not go with the codes are refused', () => {
  const short = changed((m) => m.equation.terms[0].weights.pop(), 'logistic');
  expect(parseModel(short)).toMatchObject({ ok: false, error: { code: 'schema', path: 'equation.terms[0].weights' } });
});

test('a tree deep enough to cost a denial of service is refused', () => {
  const deep = changed((m) => {
    const depth = 600;
    m.ensemble.trees[0] = {
      feature: [...Array.from({ length: depth }, () => [0, -1]).flat(), -1],
      bin: Array.from({ length: depth }, () => 0),
      missing_left: Array.from({ length: depth }, () => 0),
      value: Array.from({ length: depth + 1 }, () => 0),
      cover: Array.from({ length: depth + 1 }, () => 1),
    };
  });
  expect(parseModel(deep)).toMatchObject({ ok: false, error: { code: 'tree-broken', path: 'ensemble.trees[0]' } });
});

test.each(['', '{', 'null', '[]', '<!doctype html>'])('%j is no model', (broken) => {
  const parsed = parseModel(broken);
  expect(parsed.ok).toBe(false);
});

test('a file cut off anywhere is refused, not half read', () => {
  const whole = text('gbdt');
  const cuts = Array.from({ length: 50 }, (_, i) => Math.floor((i * (whole.length - 3)) / 50));
  expect(cuts.map((at) => parseModel(whole.slice(0, at)).ok)).not.toContain(true);
});

test('a changed leaf parses, but the examples give it away', () => {
  const parsed = parseTableModel(
    changed((m) => (m.ensemble.trees[0].value = m.ensemble.trees[0].value.map((v: number) => v + 1))),
  );
  expect(parsed.ok && checkModel(parsed.value)).toMatchObject({ ok: false, error: { code: 'examples-disagree' } });
});
