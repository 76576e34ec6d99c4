/**
 * POST /predict and /api/v1/predict: a model's answer to one row or one text. The hot route: no schema
 * library, no log line, and the answer is put together as text.
 */
import { err, ok, type Result } from '../../lib/result.ts';
import { answerJsonText, answerProblem, fault, invalid, type Problem } from '../answer.ts';
import type { Admitted, DocumentFacts, Endpoint } from '../endpoint.ts';
import type { History } from '../history.ts';
import type { Models } from '../models.ts';
import { parsePredictBody } from '../predict-body.ts';
import { kindOf, parsePredictQuery } from '../predict-query.ts';
import { predictRow, predictText, type Asked, type Prediction } from '../prediction.ts';
import { historyFull } from '../problems.ts';
import { exampleQuestion, predictionAnswerSchema, predictQuerySchema, questionSchema } from '../predict-schemas.ts';
import type { ServedModel } from '../served-model.ts';
import { parseStrictJson } from '../strict-json.ts';
import { parseTextBody } from '../text-body.ts';

export interface PredictDeps {
  readonly models: Pick<Models, 'choose'>;
  readonly history: Pick<History, 'append'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
}

const MAX_BODY_BYTES = 1_000_000;

export const predictEndpoints = (deps: PredictDeps): readonly Endpoint[] =>
  ['/predict', '/api/v1/predict'].map((path) => predictEndpoint(path, deps));

const predictEndpoint = (path: string, deps: PredictDeps): Endpoint => ({
  method: 'post',
  path,
  access: 'user',
  scope: 'predict',
  body: { type: 'application/json', maxBytes: MAX_BODY_BYTES },
  handle: (request) => predict(deps, request),
  describe: (facts: DocumentFacts) => ({
    summary: 'Predict',
    description:
      'All values in the order of the inputs, a record with all names, or a text. The first model that answers such a question does.',
    tag: 'predict',
    query: predictQuerySchema,
    request: { schema: questionSchema(facts), ...exampleQuestion(facts) },
    answers: {
      200: { description: 'The answer, and which version gave it', schema: predictionAnswerSchema },
      404: { description: 'No model of this name, or no such version' },
      503: { description: 'No model is in production yet, or the history is full' },
    },
  }),
});

function predict(deps: PredictDeps, request: Admitted): Response | Promise<Response> {
  const json = parseStrictJson(request.body);
  if (!json.ok) return answerProblem(invalid([json.error]), request.requestId());
  const query = parsePredictQuery(request.context.req.raw.url);
  if (!query.ok) return answerProblem(invalid([query.error]), request.requestId());
  const { isExplained } = query.value;
  const chosen = deps.models.choose({ ...query.value, kind: kindOf(json.value) });
  const answer = (model: typeof chosen): Response | Promise<Response> =>
    model instanceof Promise
      ? model.then(answer)
      : finish(
          deps,
          request,
          model.ok ? ask(deps, request, { model: model.value, body: json.value, isExplained }) : model,
        );
  return answer(chosen);
}

interface Question {
  readonly model: ServedModel;
  readonly body: unknown;
  readonly isExplained: boolean;
}

function ask(
  deps: PredictDeps,
  request: Admitted,
  { model, body, isExplained }: Question,
): Result<Prediction, Problem> {
  request.answeredBy = model;
  if (model.kind === 'text') {
    const text = parseTextBody(body);
    if (!text.ok) return err(invalid(text.error));
    return isExplained ? err(unexplained) : ok(predictText(model, text.value, askedBy(deps, request)));
  }
  const parsed = parsePredictBody(body, model.inputs);
  if (!parsed.ok) return err(invalid(parsed.error));
  const loc = ['body', parsed.value.kind];
  const found = predictRow(model, { ...askedBy(deps, request), request: parsed.value, loc, isExplained });
  return found.ok ? found : err(invalid([found.error]));
}

const askedBy = ({ now, newId }: PredictDeps, { body, user }: Admitted): Asked => ({
  input: body,
  username: user?.username ?? '',
  id: newId(),
  timestamp: new Date(now()).toISOString(),
});

function finish({ history }: PredictDeps, request: Admitted, prediction: Result<Prediction, Problem>): Response {
  if (!prediction.ok) return answerProblem(prediction.error, request.requestId());
  const { json, row } = prediction.value;
  return history.append(row) ? answerJsonText(json) : answerProblem(historyFull, request.requestId());
}

const unexplained = invalid([fault('value_error', ['query', 'explain'], 'A model of texts explains nothing yet')]);
