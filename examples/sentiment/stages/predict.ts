/**
 * Stage 5: the production model's answers for data/to_predict.csv, or for the holdout when that file
 * holds no texts.
 *
 * Its output follows from its inputs alone: `model_version` is the beginning of the model file's
 * digest, since the registry's number belongs to one deployment.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { err, ok } from '../../../src/lib/result.ts';
import { loadModel } from '../../../src/ml/score.ts';
import { renderPredictions } from '../../../stages/lib/predictions.ts';
import type { Checked } from '../../../stages/lib/problem.ts';
import { runProgram, type ProgramContext } from '../../../stages/lib/program.ts';
import { publishFiles } from '../../../stages/lib/publish.ts';
import { parseTexts, readLabelledTexts } from './sentiment/text-data.ts';

const MODEL = 'artifacts/prod_model.json';
const WANTED = 'data/to_predict.csv';

const HELP = `
Usage: tsx stages/predict.ts

Answers of the production model: one line a text. 1 praises, 0 complains.

Reads    ${MODEL}   the production model (made by evaluate)
         ${WANTED}        texts to predict, one a line under the header "text", in quotes when they
                                     hold commas; with none (or without the file) the holdout is predicted
Writes   artifacts/predictions.csv   row,(actual,)probability,prediction,model_version
`;

await runProgram({ name: 'predict', help: HELP, run: predict });

async function predict({ progress }: ProgramContext): Promise<Checked<void>> {
  const loaded = loadModel(await readFile(MODEL));
  if (!loaded.ok) return err([{ file: MODEL, message: loaded.error }]);
  const questions = await readQuestions();
  if (!questions.ok) return questions;
  const { texts, actual, from } = questions.value;
  const answers = loaded.value.answer({ texts });
  if (!answers.ok) return err([{ file: MODEL, message: answers.error }]);
  const { model, sha } = loaded.value;
  const version = sha.slice(0, 12);
  const text = renderPredictions({ probabilities: answers.value, actual, threshold: model.threshold, version });
  await publishFiles(new Map([['artifacts/predictions.csv', text]]));
  progress(`${texts.length} texts of ${from} by model ${version}`);
  return ok(undefined);
}

interface Questions {
  readonly texts: readonly string[];
  /** Known for the holdout only. */
  readonly actual: Uint8Array | undefined;
  readonly from: string;
}

async function readQuestions(): Promise<Checked<Questions>> {
  const wanted = existsSync(WANTED) ? parseTexts(WANTED, await readFile(WANTED, 'utf8')) : ok([]);
  if (!wanted.ok) return wanted;
  if (wanted.value.length > 0) return ok({ texts: wanted.value, actual: undefined, from: WANTED });
  const holdout = await readLabelledTexts('test');
  if (!holdout.ok) return holdout;
  return ok({ texts: holdout.value.texts, actual: holdout.value.labels, from: 'the holdout' });
}
