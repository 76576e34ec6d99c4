/**
 * POST /predict/batch and its paths under /api/v1: up to 100 rows or texts, answered by one version of
 * one model. One bad item refuses all; each answer has an id and a row in the history of its own.
 */
import { err, ok, type Result } from '../../lib/result.ts';
import { answerProblem, invalid, jsonText, toResponse, type Fault, type Problem } from '../answer.ts';
import { parseRowBatch, parseTextBatch } from '../batch-body.ts';
import type { Admitted, Endpoint } from '../endpoint.ts';
import type { History } from '../history.ts';
import type { Models } from '../models.ts';
import type { PredictRequest } from '../predict-body.ts';
import { kindOf, parsePredictQuery, type PredictQuery } from '../predict-query.ts';
import { predictRow, predictText, type Asked, type Prediction } from '../prediction.ts';
import { historyFull } from '../problems.ts';
import { batchAnswerSchema, batchSchema, exampleBatch, predictQuerySchema } from '../predict-schemas.ts';
import type { ServedModel } from '../served-model.ts';
import { parseStrictJson } from '../strict-json.ts';

export interface PredictBatchDeps {
  readonly models: Pick<Models, 'choose'>;
  readonly history: Pick<History, 'appendAll'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly elapsed: () => number;
  readonly newId: () => string;
}

const MAX_BODY_BYTES = 32_000_000;

export const predictBatchEndpoints = (deps: PredictBatchDeps): readonly Endpoint[] =>
  ['/predict/batch', '/api/v1/predict/batch', '/api/v1/batch'].map(
    (path): Endpoint => ({
      method: 'post',
      path,
      access: 'user',
      scope: 'predict',
      body: { type: 'application/json', maxBytes: MAX_BODY_BYTES },
      handle: (request) => predictBatch(deps, request),
      describe: (facts) => ({
        summary: 'Predict for up to 100 rows or texts',
        description: 'One bad item refuses all.',
        tag: 'predict',
        query: predictQuerySchema,
        request: { schema: batchSchema(facts), ...exampleBatch(facts) },
        answers: {
          200: { description: 'The answers in the order of the questions', schema: batchAnswerSchema },
          404: { description: 'No model of this name, or no such version' },
          503: { description: 'No model is in production yet, or the history is full' },
        },
      }),
    }),
  );

async function predictBatch(deps: PredictBatchDeps, request: Admitted): Promise<Response> {
  const startedAt = deps.elapsed();
  const predictions = await answerAll(deps, request);
  if (!predictions.ok) return answerProblem(predictions.error, request.requestId());
  if (!deps.history.appendAll(predictions.value.map(({ row }) => row)))
    return answerProblem(historyFull, request.requestId());
  const results = predictions.value.map(({ json }) => json).join(',');
  const took = Math.round((deps.elapsed() - startedAt) * 1000) / 1000;
  return toResponse(
    jsonText(`{"results":[${results}],"total_count":${predictions.value.length},"processing_time_ms":${took}}`),
  );
}

async function answerAll(deps: PredictBatchDeps, request: Admitted): Promise<Result<readonly Prediction[], Problem>> {
  const json = parseStrictJson(request.body);
  if (!json.ok) return err(invalid([json.error]));
  const query = parsePredictQuery(request.url);
  if (!query.ok) return err(invalid([query.error]));
  const model = await deps.models.choose({ ...query.value, kind: kindOf(json.value) });
  if (!model.ok) return model;
  request.answeredBy = model.value;
  return answerItems(deps, request, { model: model.value, body: json.value, query: query.value });
}

interface Batch {
  readonly model: ServedModel;
  readonly body: unknown;
  readonly query: PredictQuery;
}

function answerItems(
  deps: PredictBatchDeps,
  { user }: Admitted,
  { model, body, query }: Batch,
): Result<readonly Prediction[], Problem> {
  const timestamp = new Date(deps.now()).toISOString();
  const asked = (question: object): Asked => ({
    input: JSON.stringify(question),
    username: user?.username ?? '',
    id: deps.newId(),
    timestamp,
  });
  if (model.kind === 'text') {
    const texts = parseTextBatch(body);
    if (!texts.ok) return err(invalid(texts.error));
    return ok(
      texts.value.map((text) => predictText(model, text, { ...asked({ text }), isExplained: query.isExplained })),
    );
  }
  const rows = parseRowBatch(body, model);
  if (!rows.ok) return err(invalid(rows.error));
  const key = rows.value[0]?.kind === 'record' ? 'records' : 'features';
  const answers = rows.value.map((request, i) =>
    predictRow(model, {
      asked: asked(toQuestion(request, model.inputs)),
      request,
      loc: ['body', key, i],
      isExplained: query.isExplained,
    }),
  );
  const faults = answers.flatMap((answer): Fault[] => (answer.ok ? [] : [answer.error]));
  return faults.length > 0 ? err(invalid(faults)) : ok(answers.flatMap((answer) => (answer.ok ? [answer.value] : [])));
}

/** As it would have been asked alone. */
function toQuestion({ kind, row }: PredictRequest, inputs: readonly { readonly name: string }[]): object {
  const values = Array.from(row, (value) => (Number.isNaN(value) ? null : value));
  if (kind === 'features') return { features: values };
  return { record: Object.fromEntries(inputs.map(({ name }, i) => [name, values[i]])) };
}
