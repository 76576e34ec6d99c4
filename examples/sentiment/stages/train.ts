/**
 * Stage 3: TF-IDF and naive Bayes from the training texts. What is learnt and how stands in
 * params.yaml; the learning itself is src/ml. The holdout is not read here.
 */
import { readFile } from 'node:fs/promises';
import { canonicalJson, type Json } from '../../../src/lib/canonical-json.ts';
import { digestOf } from '../../../src/lib/digest.ts';
import { err, ok } from '../../../src/lib/result.ts';
import { renderModel } from '../../../src/ml/model-file.ts';
import type { TextModel } from '../../../src/ml/model.ts';
import { trainTextModel } from '../../../src/ml/text-train.ts';
import { readParams } from '../../../stages/lib/params.ts';
import type { Checked } from '../../../stages/lib/problem.ts';
import { runProgram, type ProgramContext } from '../../../stages/lib/program.ts';
import { publishFiles, renderJson } from '../../../stages/lib/publish.ts';
import { readSplit } from '../../../stages/lib/training-data.ts';
import { TEXT } from './sentiment/review.ts';
import { labelFile, readLabelledTexts, textFile, type LabelledTexts } from './sentiment/text-data.ts';
import { readTrainParams, type TrainParams } from './sentiment/train-params.ts';

const HELP = `
Usage: tsx stages/train.ts

Trains TF-IDF and multinomial naive Bayes on the training texts. The same inputs give the same bytes on
every machine.

Reads    data/preprocessed/{X_train,y_train}.csv and split.json
         params.yaml: train.naive_bayes.alpha         granted to every term in either class
                      train.naive_bayes.ngrams        how many words a term has: [1] or [1, 2]
                      train.naive_bayes.min_df        terms in fewer texts are left out
                      train.naive_bayes.max_features  only so many terms; null: all
Writes   artifacts/model.json   the model
         artifacts/train.json   what it was trained on and how
`;

await runProgram({ name: 'train', help: HELP, run: train });

async function train({ progress }: ProgramContext): Promise<Checked<void>> {
  const params = await readParams(readTrainParams);
  if (!params.ok) return params;
  const data = await readLabelledTexts('train');
  if (!data.ok) return data;
  const { texts, labels } = data.value;
  if (new Set(labels).size < 2) {
    const message = `${labels.length} texts, all of one class: there is nothing to learn`;
    return err([{ file: labelFile('train'), message }]);
  }
  const split = await readSplit();
  if (!split.ok) return split;
  progress(`naive_bayes on ${texts.length} texts`);
  const model = trainTextModel({
    params: params.value.naive_bayes,
    texts,
    labels,
    input: TEXT,
    name: 'sentiment',
    label: '1.0.0',
    split: split.value,
    digests: { data: await digestTrainingFiles(), params: digestOf(canonicalJson(jsonOf(params.value))) },
  });
  await publishFiles(
    new Map([
      ['artifacts/model.json', renderModel(model)],
      ['artifacts/train.json', renderJson(describe(model, data.value, params.value))],
    ]),
  );
  progress(`${model.bayes.terms.length} terms`);
  return ok(undefined);
}

/** Of the bytes, so that anybody can check it with sha256sum: texts, then labels. */
async function digestTrainingFiles(): Promise<string> {
  const files = [textFile('train'), labelFile('train')];
  const [texts, labels] = await Promise.all(files.map(async (file) => digestOf(await readFile(file))));
  return digestOf(`${texts}\n${labels}\n`);
}

function jsonOf({ model, naive_bayes }: TrainParams): Json {
  return { model, naive_bayes: { ...naive_bayes } };
}

function describe(model: TextModel, { texts, labels }: LabelledTexts, params: TrainParams): object {
  return {
    kind: model.kind,
    rows: texts.length,
    terms: model.bayes.terms.length,
    positives: labels.reduce((sum, label) => sum + label, 0),
    threshold: model.threshold,
    params,
    split: model.split,
    digests: model.digests,
  };
}
