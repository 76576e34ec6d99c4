/**
 * POST /predict: the model's answer to one row. The hot route: no schema library, no log line, and
 * the answer is put together as text.
 */
import { err, ok, type Result } from '../../lib/result.ts';
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
    query: [{ name: 'explain', description: 'Also say what each input adds to the answer.', type: 'boolean' }],
    answers: {
      200: { description: 'The answer, and which version gave it', schema: predictionSchema },
      503: { description: 'No model is in production yet, or the history is full' },
    },
  }),
});

function predict({ model, history, now, newId }: PredictDeps, { context, body, user, requestId }: Admitted): Response {
  const isExplained = parseFlag('explain', context.req.query('explain'));
  if (!isExplained.ok) return answerProblem(invalid([isExplained.error]), requestId());
  const json = parseStrictJson(body);
  if (!json.ok) return answerProblem(invalid([json.error]), requestId());
  const current = model(); // read once: a swap may happen while we answer
  if (current === undefined) return answerProblem(noModel, requestId());
  const asked = parsePredictBody(json.value, current.inputs);
  if (!asked.ok) return answerProblem(invalid(asked.error), requestId());

  const { row } = asked.value;
  const probability = current.evaluator.probability(row);
  if (!Number.isFinite(probability)) return answerProblem(invalid([tooExtreme]), requestId());
  const explanation = isExplained.value ? renderExplanation(current, row) : '';
  if (explanation === undefined) return answerProblem(invalid([tooExtreme]), requestId());
  const prediction = probability >= current.threshold ? '1' : '0';
  const id = newId();
  const timestamp = new Date(now()).toISOString();
  const { name, version, sha } = current;
  const kept = history.append([id, user?.username ?? '', name, version, sha, body, prediction, probability, timestamp]);
  if (!kept) return answerProblem(historyFull, requestId());

  const warnings = renderWarnings(current, asked.value);
  return answerJsonText(
    `{"prediction":${prediction},"probability":${probability},"model":${JSON.stringify(name)},` +
      `"model_version":"${version}","id":"${id}","timestamp":"${timestamp}"${explanation}${warnings}}`,
  );
}

/** Finite numbers whose sum is not: only a model without trees can get there. */
const tooExtreme = fault('finite_number', ['body'], 'The values are too large for the model');

/** Undefined when a contribution is no finite number, which JSON cannot say. */
function renderExplanation({ inputs, explain }: ServedModel, row: Float64Array): string | undefined {
  const { base, contributions } = explain(row);
  if (!contributions.every(Number.isFinite)) return undefined;
  const named = Object.fromEntries(inputs.map(({ name }, i) => [name, contributions[i]]));
  return `,"base":${base},"contributions":${JSON.stringify(named)}`;
}

function parseFlag(name: string, value: string | undefined): Result<boolean, Fault> {
  if (value === undefined || value === 'true' || value === 'false') return ok(value === 'true');
  return err(fault('bool_parsing', ['query', name], 'Input should be true or false'));
}

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
