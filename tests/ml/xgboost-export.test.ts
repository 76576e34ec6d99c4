/**
 * What XGBoost said to the files of golden/xgboost/exported is recorded beside them. When the exporter changes:
 * UPDATE_GOLDEN=1 npx vitest run tests/ml/xgboost-export.test.ts, then golden/make_xgboost.py.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileModel } from '../../src/ml/evaluator.ts';
import { createExplain } from '../../src/ml/explain.ts';
import { parseModel, renderModel } from '../../src/ml/model-file.ts';
import type { TreeModel } from '../../src/ml/model.ts';
import { trainModel } from '../../src/ml/train.ts';
import { exportXgboost } from '../../src/ml/xgboost-export.ts';
import { importXgboost } from '../../src/ml/xgboost-import.ts';
import { options, PARAMS, toy } from './support/toy.ts';
import { GOLDEN, largestDifference, readGolden, readJson, readText, withNaN } from './support/xgboost-golden.ts';

const FOLDER = 'exported';

test.each(['gbdt', 'random_forest'] as const)('a %s is written as it was when XGBoost read it', (kind) => {
  const text = exportXgboost(goldenModel(kind));
  const path = join(GOLDEN, FOLDER, `${kind}.exported.json`);
  if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(path, text);
  expect(text).toBe(readText(join(FOLDER, `${kind}.exported.json`)));
});

test.each([
  ['gbdt', '3.2'],
  ['gbdt', '1.7'],
  ['random_forest', '3.2'],
  ['random_forest', '1.7'],
] as const)('a %s answers in XGBoost %s as it does here, with the same contributions', (kind, version) => {
  const model = goldenModel(kind);
  const rows: number[][] = readJson(join(FOLDER, 'rows.json')).map(withNaN);
  const { answers, contributions } = readJson(join(FOLDER, `${kind}.answers-${version}.json`));
  expect(rows.some((row) => row.some(Number.isNaN))).toBe(true);
  const own = rows.map(compileModel(model).probability);
  expect(largestDifference(own, answers)).toBeLessThan(1e-6);
  const explained = rows.map(createExplain(model)).map(({ base, contributions: parts }) => [...parts, base]);
  expect(largestDifference(explained.flat(), contributions.flat())).toBeLessThan(1e-5);
});

test('what was imported and exported again gives the same answers to the last bit', () => {
  const { text, rows } = readGolden('missing-3.2');
  const first = importedBody(text);
  const second = importedBody(exportXgboost({ ...goldenModel('gbdt'), inputs: fiveInputs(), ...first }));
  expect(second.ensemble.edges).toEqual(usedEdges(first));
  const [a, b] = [first, second].map((body) => rows.map(createExplain(body)).map(({ contributions }) => contributions));
  expect(
    largestDifference(
      (a ?? []).flatMap((row) => [...row]),
      (b ?? []).flatMap((row) => [...row]),
    ),
  ).toBeLessThan(1e-12);
});

test('a split that sends every value left and missing ones right survives', () => {
  const tree = { feature: [0, -1, -1], bin: [1], missing_left: [0], value: [-1, 1], cover: [3, 2] };
  const model = {
    ...goldenModel('gbdt'),
    inputs: fiveInputs().slice(0, 1),
    ensemble: { base: 0, edges: [[0.5]], trees: [tree] },
  };
  const { probability } = compileModel({ ...model, ...importedBody(exportXgboost(model)) });
  expect(probability([1e30])).toBe(compileModel(model).probability([1e30]));
  expect(probability([Number.NaN])).toBe(compileModel(model).probability([Number.NaN]));
});

function importedBody(text: string): Pick<TreeModel, 'ensemble'> & { readonly kind: 'gbdt' } {
  const model = importXgboost(text);
  return { kind: 'gbdt', ensemble: model.ok ? model.value.ensemble : expect.unreachable(model.error.message) };
}

/** Edges that no split uses are not exported. */
function usedEdges({ ensemble }: Pick<TreeModel, 'ensemble'>): number[][] {
  return ensemble.edges.map((edges, input) => {
    const used = new Set(
      ensemble.trees.flatMap((tree) => {
        const splits = tree.feature.filter((feature) => feature >= 0);
        return tree.bin.filter((_, i) => splits[i] === input);
      }),
    );
    return edges.filter((_, bin) => used.has(bin));
  });
}

const fiveInputs = () => ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, type: 'number', nullable: true }) as const);

/** Trained once and kept: the learner may change, these models must not. */
function goldenModel(kind: 'gbdt' | 'random_forest'): TreeModel {
  const path = join(GOLDEN, FOLDER, `${kind}.model.json`);
  if (!existsSync(path)) writeFileSync(path, renderModel(trainGolden(kind)));
  const model = parseModel(readText(join(FOLDER, `${kind}.model.json`)));
  return model.ok ? (model.value as TreeModel) : expect.unreachable(model.error.message);
}

function trainGolden(kind: 'gbdt' | 'random_forest') {
  const few = { ...PARAMS.random_forest, trees: 4, max_depth: 4 };
  return trainModel(options(toy(400, 9), { model: kind, random_forest: few, gbdt: { ...PARAMS.gbdt, trees: 6 } }));
}
