/**
 * Stage 5: the production model's answers for data/to_predict.csv, or for the holdout when that file
 * holds no rows.
 *
 * Its output follows from its inputs alone: `model_version` is the beginning of the model file's
 * digest, since the registry's number belongs to one deployment.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../src/lib/digest.ts';
import { err, ok } from '../src/lib/result.ts';
import { checkModel } from '../src/ml/evaluator.ts';
import type { Evaluator } from '../src/ml/evaluator.ts';
import type { Matrix } from '../src/ml/matrix.ts';
import type { InputSpec, TableModel } from '../src/ml/model.ts';
import { parseTableModel } from '../src/ml/model-file.ts';
import { arrangeColumns, expectColumns, parseFeatures } from './lib/feature-file.ts';
import type { FeatureTable } from './lib/feature-file.ts';
import { renderPredictions } from './lib/predictions.ts';
import type { Checked, Problem } from './lib/problem.ts';
import { runProgram } from './lib/program.ts';
import type { ProgramContext } from './lib/program.ts';
import { publishFiles } from './lib/publish.ts';
import { PREPROCESSED, readLabelledRows } from './lib/training-data.ts';

const MODEL = 'artifacts/prod_model.json';
const WANTED = 'data/to_predict.csv';

const HELP = `
Usage: tsx stages/predict.ts

Answers of the production model: one line a row of the table to predict.

Reads    ${MODEL}   the production model (made by evaluate)
         ${WANTED}        rows to predict, under the header that stands there; with no rows
                                     (or without the file) the holdout is predicted
Writes   artifacts/predictions.csv   row,(actual,)probability,prediction,model_version
`;

await runProgram({ name: 'predict', help: HELP, run: predict });

async function predict({ progress }: ProgramContext): Promise<Checked<void>> {
  const loaded = await loadModel();
  if (!loaded.ok) return loaded;
  const { model, evaluator, version } = loaded.value;
  const questions = await readQuestions(model.inputs);
  if (!questions.ok) return questions;
  const { rows, actual, from } = questions.value;
  const probabilities = evaluator.probabilities(rows);
  const text = renderPredictions({ probabilities, actual, threshold: model.threshold, version });
  await publishFiles(new Map([['artifacts/predictions.csv', text]]));
  progress(`${rows.rows} rows of ${from} by model ${version}`);
  return ok(undefined);
}

interface LoadedModel {
  readonly model: TableModel;
  readonly evaluator: Evaluator;
  /** Twelve hex digits. */
  readonly version: string;
}

async function loadModel(): Promise<Checked<LoadedModel>> {
  const bytes = await readFile(MODEL);
  const model = parseTableModel(bytes.toString('utf8'));
  if (!model.ok) return err([{ file: MODEL, message: model.error.message }]);
  const evaluator = checkModel(model.value);
  if (!evaluator.ok) return err([{ file: MODEL, message: evaluator.error.message }]);
  return ok({ model: model.value, evaluator: evaluator.value, version: digestOf(bytes).slice(0, 12) });
}

interface Questions {
  readonly rows: Matrix;
  /** Known for the holdout only. */
  readonly actual?: Uint8Array;
  readonly from: string;
}

async function readQuestions(inputs: readonly InputSpec[]): Promise<Checked<Questions>> {
  const wanted = await readWanted(inputs);
  if (!wanted.ok) return wanted;
  if (wanted.value !== undefined) return ok({ rows: wanted.value.matrix, from: WANTED });
  const names = inputs.map(({ name }) => name);
  const holdout = await readLabelledRows('test', names);
  if (!holdout.ok) return holdout;
  const columns = expectColumns(join(PREPROCESSED, 'X_test.csv'), holdout.value.columns, names);
  if (!columns.ok) return columns;
  return ok({ rows: holdout.value.rows, actual: holdout.value.labels, from: 'the holdout' });
}

/** undefined: nothing is wanted, there is no file or no row in it. */
async function readWanted(inputs: readonly InputSpec[]): Promise<Checked<FeatureTable | undefined>> {
  const text = await readFile(WANTED, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return ok(undefined);
  const parsed = parseFeatures(WANTED, text);
  if (!parsed.ok) return parsed;
  const names = inputs.map(({ name }) => name);
  const table = arrangeColumns(parsed.value, names);
  const columns = expectColumns(WANTED, table.columns, names);
  if (!columns.ok) return columns;
  const gaps = findGaps(table, inputs);
  if (gaps.length > 0) return err(gaps);
  return ok(table.matrix.rows === 0 ? undefined : table);
}

/** A caller may leave out only what the model says may be missing. */
function findGaps({ matrix }: FeatureTable, inputs: readonly InputSpec[]): readonly Problem[] {
  const required = inputs.flatMap(({ name, nullable }, column) => (nullable ? [] : [{ name, column }]));
  return Array.from({ length: matrix.rows }, (_, row) => row).flatMap((row) =>
    required
      .filter(({ column }) => Number.isNaN(matrix.values[row * matrix.columns + column]))
      .map(({ name }) => ({ file: WANTED, line: row + 2, message: `${name} is missing` })),
  );
}
