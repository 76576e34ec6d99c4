/**
 * One question answered by one model: what is sent back, as text that is JSON, and what the history
 * keeps. Knows nothing of bodies or of HTTP. The hot path: nothing here is made that is not needed.
 */
import { err, ok, type Result } from '../lib/result.ts';
import type { PredictionTuple } from '../store/database/predictions.ts';
import { fault, type Fault } from './answer.ts';
import type { PredictRequest } from './predict-body.ts';
import { describeUsual, type ServedTable, type ServedText } from './served-model.ts';

export interface Prediction {
  readonly json: string;
  readonly row: PredictionTuple;
}

export interface Asked {
  /** JSON, as it is kept in the history. */
  readonly input: string;
  readonly username: string;
  readonly id: string;
  readonly timestamp: string;
}

export interface RowQuestion {
  readonly asked: Asked;
  readonly request: PredictRequest;
  /** Where the row stands in the request, for warnings. */
  readonly loc: Fault['loc'];
  readonly isExplained: boolean;
}

/** The error: finite numbers whose sum is not. */
export function predictRow(model: ServedTable, question: RowQuestion): Result<Prediction, Fault> {
  const { asked, request, loc, isExplained } = question;
  const { input, username, id, timestamp } = asked;
  const { name, version, sha } = model;
  const probability = model.evaluator.probability(request.row);
  if (!Number.isFinite(probability)) return err(tooExtreme(loc));
  const prediction = probability >= model.threshold ? '1' : '0';
  const explanation = isExplained ? renderExplanation(model, request.row) : '';
  if (explanation === undefined) return err(tooExtreme(loc));
  return ok({
    row: [id, username, name, version, sha, input, prediction, probability, timestamp],
    json:
      `{"prediction":${prediction},"probability":${probability},"model":${JSON.stringify(name)},` +
      `"model_version":"${version}","id":"${id}","timestamp":"${timestamp}"${explanation}${renderWarnings(model, request, loc)}}`,
  });
}

export const TEXT_CLASSES = ['negative', 'positive'] as const;

export interface TextQuestion extends Asked {
  readonly isExplained: boolean;
}

export function predictText(model: ServedText, text: string, asked: TextQuestion): Prediction {
  const { input, username, id, timestamp, isExplained } = asked;
  const { name, version, sha, threshold } = model;
  const probability = model.evaluator.probability(text);
  const isPositive = probability >= threshold;
  const prediction = TEXT_CLASSES[isPositive ? 1 : 0];
  const confidence = isPositive ? probability : 1 - probability;
  const explanation = isExplained ? explainText(model, text) : undefined;
  const answer = { text, prediction, confidence, timestamp, model_version: version, model: name, id, ...explanation };
  return {
    row: [id, username, name, version, sha, input, JSON.stringify(prediction), probability, timestamp],
    json: JSON.stringify(answer),
  };
}

/** What each known term of the text adds. */
export function explainText({ evaluator }: ServedText, text: string) {
  const { base, contributions } = evaluator.explain(text);
  return { base, contributions: Object.fromEntries(contributions) };
}

function renderWarnings(
  { inputs, findUnusual }: ServedTable,
  { kind, row }: PredictRequest,
  loc: Fault['loc'],
): string {
  const unusual = findUnusual(row);
  if (unusual.length === 0) return '';
  const warnings = unusual.flatMap((i): Fault[] => {
    const input = inputs[i];
    if (input === undefined) return [];
    return [fault('unusual_value', [...loc, kind === 'features' ? i : input.name], describeUsual(input))];
  });
  return `,"warnings":${JSON.stringify(warnings)}`;
}

/** Undefined when a contribution is no finite number, which JSON cannot say. */
function renderExplanation({ inputs, explain }: ServedTable, row: Float64Array): string | undefined {
  const { base, contributions } = explain(row);
  if (!contributions.every(Number.isFinite)) return undefined;
  const named = Object.fromEntries(inputs.map(({ name }, i) => [name, contributions[i]]));
  return `,"base":${base},"contributions":${JSON.stringify(named)}`;
}

/** Only a model without trees can get there. */
const tooExtreme = (loc: Fault['loc']): Fault => fault('finite_number', loc, 'The values are too large for the model');
