/**
 * Do models find on invented accidents what they find on real ones? Trains each kind of ours on both and compares which
 * inputs it leans on: Spearman's rank correlation of importances.
 *
 * `npx tsx bench/ranks.ts SYNTHETIC REAL`: two folders as preprocess leaves them. Writes bench/results/ranks.json. The
 * real tables are not part of the project (docs/data.md); without them the recorded figures stand.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { FEATURES } from '../stages/accidents/features.ts';
import { parseFeatures } from '../stages/lib/feature-file.ts';
import { compileModel } from '../src/ml/evaluator.ts';
import { gainImportances, permutationImportances } from '../src/ml/importance.ts';
import { type Matrix, pickRows } from '../src/ml/matrix.ts';
import { evaluate } from '../src/ml/metrics.ts';
import type { ModelKind } from '../src/ml/model.ts';
import { trainModel } from '../src/ml/train.ts';
import { parseTrainParams } from '../src/ml/train-params.ts';

const KINDS: readonly ModelKind[] = ['gbdt', 'random_forest', 'logistic'];
const ROWS = 4000;
const [, , synthetic = '', real = ''] = process.argv;
const results: Record<string, object> = {};

for (const kind of KINDS) {
  const [invented, true_] = [importances(kind, synthetic), importances(kind, real)];
  const found = {
    auc: { synthetic: invented.auc, real: true_.auc },
    gain: invented.gain === undefined || true_.gain === undefined ? null : spearman(invented.gain, true_.gain),
    permutation: spearman(invented.permutation, true_.permutation),
    top: { synthetic: topOf(invented.permutation), real: topOf(true_.permutation) },
  };
  results[kind] = found;
  console.log(kind, JSON.stringify(found));
}
writeFileSync(join(import.meta.dirname, 'results/ranks.json'), `${JSON.stringify(results, null, 2)}\n`);

interface Importances {
  readonly auc: number;
  readonly gain: Float64Array | undefined;
  readonly permutation: Float64Array;
}

function importances(kind: ModelKind, folder: string): Importances {
  const train = table(folder, 'X_train.csv');
  const test = table(folder, 'X_test.csv');
  const truth = labels(folder, 'y_test.csv');
  const model = trainModel({
    params: paramsOf(kind),
    train,
    labels: labels(folder, 'y_train.csv'),
    inputs: FEATURES,
    name: 'bench',
    label: '1.0.0',
    split: { method: 'random', seed: 0, fraction: 0.3 },
    digests: { data: 'bench', params: 'bench' },
  });
  const evaluator = compileModel(model);
  const picked = Int32Array.from({ length: ROWS }, (_, i) => Math.floor((i * test.rows) / ROWS));
  const sample = { rows: pickRows(test, picked), labels: Uint8Array.from(picked, (row) => truth[row] ?? 0) };
  return {
    auc: evaluate(evaluator.probabilities(test), truth, 0.5).roc_auc,
    gain: model.kind === 'logistic' ? undefined : gainImportances(model.ensemble),
    permutation: permutationImportances({ evaluator, ...sample, seed: 42, repeats: 3 }),
  };
}

function spearman(a: Float64Array, b: Float64Array): number {
  const [x, y] = [ranksOf(a), ranksOf(b)];
  const n = x.length;
  const squares = x.reduce((sum, rank, i) => sum + (rank - (y[i] ?? 0)) * (rank - (y[i] ?? 0)), 0);
  return 1 - (6 * squares) / (n * (n * n - 1));
}

function ranksOf(values: Float64Array): Float64Array {
  const order = Int32Array.from(values.keys()).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  const ranks = new Float64Array(values.length);
  order.forEach((input, rank) => {
    ranks[input] = rank;
  });
  return ranks;
}

function topOf(values: Float64Array): readonly string[] {
  const order = Array.from(values.keys()).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  return order.slice(0, 10).map((input) => FEATURES[input]?.name ?? '');
}

function paramsOf(kind: ModelKind) {
  const { train: section } = parse(readFileSync(join(import.meta.dirname, '../params.yaml'), 'utf8'));
  const parsed = parseTrainParams({ ...section, model: kind });
  if (!parsed.ok) throw new Error(`${parsed.error.key} ${parsed.error.message}`);
  return parsed.value;
}

function table(folder: string, name: string): Matrix {
  const parsed = parseFeatures(name, readFileSync(join(folder, name), 'utf8'));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value.matrix;
}

function labels(folder: string, name: string): Uint8Array {
  return Uint8Array.from(readFileSync(join(folder, name), 'utf8').trim().split('\n').slice(1), Number);
}
