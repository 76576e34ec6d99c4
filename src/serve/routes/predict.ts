/**
 * POST /predict: the model's answer to one row. The hot route: no schema library, no log line, and
 * the answer is put together as text.
 */
import type { InputSpec } from '../../ml/model.ts';
import { answerJsonText, answerProblem, fault, invalid, type Fault } from '../answer.ts';
import type { Admitted, Endpoint } from '../endpoint.ts';
import type { History } from '../history.ts';
import { parsePredictBody, type PredictRequest } from '../predict-body.ts';
import { historyFull, noModel } from '../problems.ts';
import { anyPredictSchema, predictionSchema, predictSchema } from '../schemas.ts';
import { describeUsual, type ServedModel } from '../served-model.ts';
import { parseStrictJson } from '../strict-json.ts';

export interface PredictDeps {
  readonly model: () => ServedModel | undefined;
  readonly history: Pick<History, 'append'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
}

const MAX_BODY_BYTES = 1_000_000;

export const predictEndpoint = (deps: PredictDeps): Endpoint => ({
  method: 'post',
  path: '/predict',
  access: 'user',
  body: { type: 'application/json', maxBytes: MAX_BODY_BYTES },
  handle: (request) => predict(deps, request),
  describe: ({ inputs }) => ({
    summary: 'Predict',
    description: 'Either all values in the order of the inputs, or a record with all names.',
    tag: 'predict',
    request: {
      schema: inputs === undefined ? anyPredictSchema : predictSchema(inputs),
      ...(inputs === undefined ? {} : { example: { features: exampleRow(inputs) } }),
    },
    answers: {
      200: { description: 'The answer, and which version gave it', schema: predictionSchema },
      503: { description: 'No model is in production yet, or the history is full' },
    },
  }),
});

function predict({ model, history, now, newId }: PredictDeps, { body, user, requestId }: Admitted): Response {
  const json = parseStrictJson(body);
  if (!json.ok) return answerProblem(invalid([json.error]), requestId());
  const current = model(); // read once: a swap may happen while we answer
  if (current === undefined) return answerProblem(noModel, requestId());
  const asked = parsePredictBody(json.value, current.inputs);
  if (!asked.ok) return answerProblem(invalid(asked.error), requestId());

  const { row } = asked.value;
  const probability = current.evaluator.probability(row);
  if (!Number.isFinite(probability)) return answerProblem(invalid([tooExtreme]), requestId());
  const prediction = probability >= current.threshold ? '1' : '0';
  const id = newId();
  const timestamp = new Date(now()).toISOString();
  const { name, version, sha } = current;
  const kept = history.append([id, user?.username ?? '', name, version, sha, body, prediction, probability, timestamp]);
  if (!kept) return answerProblem(historyFull, requestId());

  const warnings = renderWarnings(current, asked.value);
  return answerJsonText(
    `{"prediction":${prediction},"probability":${probability},"model":${JSON.stringify(name)},` +
      `"model_version":"${version}","id":"${id}","timestamp":"${timestamp}"${warnings}}`,
  );
}

/** Finite numbers whose sum is not: only a model without trees can get there. */
const tooExtreme = fault('finite_number', ['body'], 'The values are too large for the model');

function renderWarnings({ inputs, findUnusual }: ServedModel, { kind, row }: PredictRequest): string {
  const unusual = findUnusual(row);
  if (unusual.length === 0) return '';
  const warnings = unusual.flatMap((i): Fault[] => {
    const input = inputs[i];
    if (input === undefined) return [];
    const loc = kind === 'features' ? ['body', kind, i] : ['body', kind, input.name];
    return [fault('unusual_value', loc, describeUsual(input))];
  });
  return `,"warnings":${JSON.stringify(warnings)}`;
}

/** A usual value of each input. */
const exampleRow = (inputs: readonly InputSpec[]): readonly number[] =>
  inputs.map(({ codes, range }) => codes?.[0] ?? range?.[0] ?? 0);
