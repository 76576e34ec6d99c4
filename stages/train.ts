/**
 * Stage 3: one model from the training rows. What is learnt and how stands in params.yaml; the
 * learning itself is src/ml. The holdout is not read here, not even for the threshold.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../src/lib/canonical-json.ts';
import type { Json } from '../src/lib/canonical-json.ts';
import { digestOf } from '../src/lib/digest.ts';
import { err, ok } from '../src/lib/result.ts';
import type { TableModel } from '../src/ml/model.ts';
import { renderModel } from '../src/ml/model-file.ts';
import { crossValidate } from '../src/ml/cross-validation.ts';
import { trainModel } from '../src/ml/train.ts';
import { parseTrainParams } from '../src/ml/train-params.ts';
import type { TrainParams } from '../src/ml/train-params.ts';
import { FEATURE_NAMES, FEATURES } from './accidents/features.ts';
import { expectColumns } from './lib/feature-file.ts';
import { readSection } from './lib/params.ts';
import type { Checked, Problem } from './lib/problem.ts';
import { runProgram } from './lib/program.ts';
import type { ProgramContext } from './lib/program.ts';
import { publishFiles, renderJson } from './lib/publish.ts';
import { createTrainProgress } from './lib/train-progress.ts';
import { PREPROCESSED, readLabelledRows, readSplit } from './lib/training-data.ts';
import type { LabelledRows } from './lib/training-data.ts';

const HELP = `
Usage: tsx stages/train.ts

Trains one model on the training rows. The same inputs give the same bytes on every machine.

Reads    data/preprocessed/{X_train,y_train}.csv and split.json
         params.yaml: train.model  gbdt | random_forest | logistic
                      train.seed   of every random choice
                      train.gbdt, train.random_forest, train.logistic: settings of each kind
                      train.calibration       none | platt | isotonic
                      train.cross_validation  null, or folds: scores of so many models in train.json
Writes   artifacts/model.json   the model
         artifacts/train.json   what it was trained on and how
`;

await runProgram({ name: 'train', help: HELP, run: train });

async function train({ progress }: ProgramContext): Promise<Checked<void>> {
  const params = await readSection('train', parseTrainParams);
  if (!params.ok) return params;
  const data = await readTrainingRows();
  if (!data.ok) return data;
  const split = await readSplit();
  if (!split.ok) return split;
  const { rows, labels } = data.value;
  const tooFew = checkFolds(params.value, labels);
  if (tooFew.length > 0) return err(tooFew);
  const byHand = split.value.method === 'given' ? ', split by hand (docs/data.md)' : '';
  progress(`${params.value.model} on ${rows.rows} rows${byHand}`);
  const model = trainModel({
    params: params.value,
    train: rows,
    labels,
    inputs: FEATURES,
    name: 'accidents',
    label: '1.0.0',
    split: split.value,
    digests: { data: await digestTrainingFiles(), params: digestOf(canonicalJson(usedParams(params.value))) },
    onProgress: createTrainProgress({ say: progress, now: () => performance.now() }),
  });
  const validated = validate(params.value, data.value, progress);
  await publishFiles(
    new Map([
      ['artifacts/model.json', renderModel(model)],
      ['artifacts/train.json', renderJson({ ...describe(model, data.value, params.value), ...validated })],
    ]),
  );
  progress(`threshold ${model.threshold.toFixed(3)}`);
  return ok(undefined);
}

async function readTrainingRows(): Promise<Checked<LabelledRows>> {
  const data = await readLabelledRows('train', FEATURE_NAMES);
  if (!data.ok) return data;
  const columns = expectColumns(join(PREPROCESSED, 'X_train.csv'), data.value.columns, FEATURE_NAMES);
  if (!columns.ok) return columns;
  const classes = new Set(data.value.labels);
  if (classes.size === 2) return data;
  const message = `${data.value.labels.length} rows, all of one class: there is nothing to learn`;
  return err([{ file: join(PREPROCESSED, 'y_train.csv'), message }]);
}

/** Of the bytes, so that anybody can check it with sha256sum: features, then labels. */
async function digestTrainingFiles(): Promise<string> {
  const [features, labels] = await Promise.all(
    ['X_train.csv', 'y_train.csv'].map(async (name) => digestOf(await readFile(join(PREPROCESSED, name)))),
  );
  return digestOf(`${features}\n${labels}\n`);
}

/**
 * The settings that have a say in the model: not those of kinds that were not trained, nor what is switched off, so
 * that a setting which did not exist yesterday leaves yesterday's model as it was.
 */
function usedParams({ model, seed, calibration = 'none', ...kinds }: TrainParams): Readonly<Record<string, Json>> {
  const own = Object.entries(kinds[model]).filter(([, value]) => value !== null);
  return {
    model,
    seed,
    ...(calibration === 'none' ? {} : { calibration }),
    [model]: JSON.parse(JSON.stringify(Object.fromEntries(own))),
  };
}

/** Too few rows of a class to be in every fold would leave a fold that nobody can judge. */
function checkFolds({ cross_validation: folds = null }: TrainParams, labels: Uint8Array): readonly Problem[] {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const rarer = Math.min(positives, labels.length - positives);
  if (folds === null || rarer >= folds) return [];
  const message = `train.cross_validation: ${folds} folds, but only ${rarer} training rows of the rarer class`;
  return [{ file: 'params.yaml', message }];
}

function validate(params: TrainParams, { rows, labels }: LabelledRows, say: (text: string) => void): object {
  const { cross_validation: folds = null } = params;
  if (folds === null) return {};
  const onFold = (fold: number): void => say(`cross-validation: fold ${fold} of ${folds}`);
  const scores = crossValidate({ params, train: rows, labels, inputs: FEATURES, folds, onFold });
  const { mean, deviation } = scores.roc_auc;
  say(`cross-validation: AUC ${mean.toFixed(4)} ± ${deviation.toFixed(4)}`);
  return { cross_validation: scores };
}

function describe(model: TableModel, { rows, labels, columns }: LabelledRows, params: TrainParams): object {
  return {
    kind: model.kind,
    rows: rows.rows,
    features: columns.length,
    ...('ensemble' in model ? { trees: model.ensemble.trees.length } : {}),
    positives: labels.reduce((sum, label) => sum + label, 0),
    threshold: model.threshold,
    params: usedParams(params),
    split: model.split,
    digests: model.digests,
  };
}
