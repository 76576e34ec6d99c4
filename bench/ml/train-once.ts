/**
 * Trains one of our learners on the CSV files of one folder, in a process of its own as the pipeline's stage does
 * (so the compiler is cold), and prints one line of JSON.
 *
 * Usage: train-once.ts gbdt|gbdt_100x31|random_forest|logistic FOLDER
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { FEATURES } from '../../stages/accidents/features.ts';
import { parseFeatures } from '../../stages/lib/feature-file.ts';
import { compileModel, type Evaluator } from '../../src/ml/evaluator.ts';
import { fit } from '../../src/ml/fit.ts';
import type { Matrix } from '../../src/ml/matrix.ts';
import { evaluate } from '../../src/ml/metrics.ts';
import { renderModel } from '../../src/ml/model-file.ts';
import { trainModel } from '../../src/ml/train.ts';
import { parseTrainParams, type TrainParams } from '../../src/ml/train-params.ts';

const ROOT = join(import.meta.dirname, '../..');
const [, , kind = 'gbdt', folder = 'data/preprocessed'] = process.argv;
const params = defaults(kind);
const train = table('X_train.csv');
const labels = column('y_train.csv');
const test = table('X_test.csv');
const truth = column('y_test.csv');

let begun = cpuSeconds();
const model = trainModel({
  params,
  train,
  labels,
  inputs: FEATURES,
  name: 'bench',
  label: '1.0.0',
  split: { method: 'random', seed: 0, fraction: 0.3 },
  digests: { data: 'bench', params: 'bench' },
});
const wholeSeconds = cpuSeconds() - begun;

begun = cpuSeconds();
fit({ params, train, labels, inputs: FEATURES, onRound: () => undefined });
const fitSeconds = cpuSeconds() - begun;

const evaluator = compileModel(model);
const { roc_auc, f1, f1_at_half } = evaluate(evaluator.probabilities(test), truth, model.threshold);
const measured = {
  cpuSeconds: wholeSeconds,
  fitCpuSeconds: fitSeconds,
  auc: roc_auc,
  f1: f1_at_half,
  f1AtThreshold: f1,
  ...timePredictions(evaluator),
  modelBytes: renderModel(model).length,
};
process.stdout.write(`${JSON.stringify(measured)}\n`);

function timePredictions({ probability, probabilities }: Evaluator): { oneRowUs: number; manyRowsMs: number } {
  const { rows, columns, values } = test;
  const each = Array.from({ length: rows }, (_, i) => values.slice(i * columns, (i + 1) * columns));
  const oneRowUs = (bestOf(5, () => each.forEach((row) => probability(row))) * 1000) / rows;
  const many = { rows: 10_000, columns, values: new Float64Array(10_000 * columns) };
  many.values.forEach((_, i) => {
    many.values[i] = values[i % values.length] ?? 0;
  });
  return { oneRowUs, manyRowsMs: bestOf(5, () => probabilities(many)) };
}

function bestOf(repeats: number, work: () => unknown): number {
  const times = Array.from({ length: repeats }, () => {
    const start = cpuSeconds();
    work();
    return (cpuSeconds() - start) * 1000;
  });
  return Math.min(...times);
}

/** All threads: the compiler's and the collector's work is ours too. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** What the repository ships, whatever kind it trains by default. */
function defaults(model: string): TrainParams {
  const { train: section } = parse(readFileSync(join(ROOT, 'params.yaml'), 'utf8'));
  // What HistGradientBoosting does by default: the fit alone is then the same work.
  const hundred = { ...section.gbdt, trees: 100, learning_rate: 0.1, min_leaf: 20, subsample: 1, colsample: 1, l2: 0 };
  const chosen = model === 'gbdt_100x31' ? { model: 'gbdt', gbdt: hundred } : { model };
  const parsed = parseTrainParams({ ...section, ...chosen });
  if (!parsed.ok) throw new Error(`${parsed.error.key} ${parsed.error.message}`);
  return parsed.value;
}

function table(name: string): Matrix {
  const parsed = parseFeatures(name, readFileSync(join(folder, name), 'utf8'));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value.matrix;
}

function column(name: string): Uint8Array {
  return Uint8Array.from(readFileSync(join(folder, name), 'utf8').trim().split('\n').slice(1), Number);
}
