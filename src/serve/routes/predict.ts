/**
 * POST /predict and /api/v1/predict: a model's answer to one row or one text. The hot route: no schema
 * library, no log line, and the answer is put together as text.
 */
import { err, ok, type Result } from '../../lib/result.ts';
import { invalid, jsonText, problemText, type Problem, type TextAnswer } from '../answer.ts';
import type { DocumentFacts, HotEndpoint, HotQuestion } from '../endpoint.ts';
import type { History } from '../history.ts';
import type { Chosen, Models } from '../models.ts';
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

export const predictEndpoints = (deps: PredictDeps): readonly HotEndpoint[] =>
  ['/predict', '/api/v1/predict'].map((path) => predictEndpoint(path, deps));

const predictEndpoint = (path: string, deps: PredictDeps): HotEndpoint => ({
  method: 'post',
  path,
  access: 'user',
  scope: 'predict',
  body: { type: 'application/json', maxBytes: MAX_BODY_BYTES },
  answer: (question) => predict(deps, question),
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

function predict(deps: PredictDeps, question: HotQuestion): TextAnswer | Promise<TextAnswer> {
  const json = parseStrictJson(question.body);
  if (!json.ok) return problemText(invalid([json.error]), question.requestId());
  const query = parsePredictQuery(question.url);
  if (!query.ok) return problemText(invalid([query.error]), question.requestId());
  const { model, version, isExplained } = query.value;
  const chosen = deps.models.choose({ model, version, kind: kindOf(json.value) });
  const asking = { question, body: json.value, isExplained };
  return chosen instanceof Promise
    ? chosen.then((found) => answerBy(deps, found, asking))
    : answerBy(deps, chosen, asking);
}

interface Asking {
  readonly question: HotQuestion;
  readonly body: unknown;
  readonly isExplained: boolean;
}

function answerBy(deps: PredictDeps, chosen: Chosen, asking: Asking): TextAnswer {
  const { question } = asking;
  const prediction = chosen.ok ? ask(deps, chosen.value, asking) : chosen;
  if (!prediction.ok) return problemText(prediction.error, question.requestId());
  const { json, row } = prediction.value;
  return deps.history.append(row) ? jsonText(json) : problemText(historyFull, question.requestId());
}

function ask(
  deps: PredictDeps,
  model: ServedModel,
  { question, body, isExplained }: Asking,
): Result<Prediction, Problem> {
  question.answeredBy = model;
  if (model.kind === 'text') {
    const text = parseTextBody(body);
    if (!text.ok) return err(invalid(text.error));
    return ok(predictText(model, text.value, { ...askedBy(deps, question), isExplained }));
  }
  const parsed = parsePredictBody(body, model.inputs);
  if (!parsed.ok) return err(invalid(parsed.error));
  const loc = ['body', parsed.value.kind];
  const found = predictRow(model, { asked: askedBy(deps, question), request: parsed.value, loc, isExplained });
  return found.ok ? found : err(invalid([found.error]));
}

const askedBy = ({ now, newId }: PredictDeps, { body, user }: HotQuestion): Asked => ({
  input: body,
  username: user?.username ?? '',
  id: newId(),
  timestamp: new Date(now()).toISOString(),
});
