/**
 * POST /api/v1/predictions/{id}/feedback: what turned out to be true. Whoever asked may say, and admins;
 * only admins and services count for the accuracy.
 */
import type { PredictionReader } from '../../store/database/prediction-reader.ts';
import type { Store } from '../../store/database/store.ts';
import { answerJson, answerProblem, fault, invalid } from '../answer.ts';
import type { Admitted, Endpoint } from '../endpoint.ts';
import type { History } from '../history.ts';
import { feedbackRequestSchema, feedbackSchema } from '../history-schemas.ts';
import { parseJsonBody } from '../json-body.ts';
import { maySee } from '../kept-prediction.ts';
import { notFound } from '../problems.ts';
import { SETTLE_MS } from './history.ts';

export interface FeedbackDeps extends Pick<PredictionReader, 'findPrediction'> {
  readonly history: Pick<History, 'flush'>;
  readonly store: Pick<Store, 'saveFeedback'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const MAX_BODY_BYTES = 16_384;

export const feedbackEndpoint = (deps: FeedbackDeps): Endpoint => ({
  method: 'post',
  path: '/api/v1/predictions/:id/feedback',
  access: 'user',
  scope: 'feedback',
  body: { type: 'application/json', maxBytes: MAX_BODY_BYTES },
  handle: (request) => keepFeedback(deps, request),
  describe: () => ({
    summary: 'Say what turned out to be true',
    description: 'One word a person and prediction: the last one counts.',
    tag: 'history',
    request: { schema: feedbackRequestSchema, example: { outcome: 1 } },
    answers: {
      201: { description: 'Kept', schema: feedbackSchema },
      404: { description: 'No such prediction, or not yours' },
    },
  }),
});

async function keepFeedback(
  { history, store, findPrediction, now }: FeedbackDeps,
  request: Admitted,
): Promise<Response> {
  const { context, body, user, requestId } = request;
  const parsed = parseJsonBody(body, feedbackRequestSchema);
  if (!parsed.ok) return answerProblem(parsed.error, requestId());
  await history.flush(SETTLE_MS);
  const row = findPrediction(context.req.param('id') ?? '');
  if (user === undefined || row === undefined || !maySee(user, row)) return answerProblem(notFound, requestId());
  const { outcome } = parsed.value;
  const predicted: unknown = JSON.parse(row.prediction);
  if (typeof outcome !== typeof predicted) return answerProblem(otherClasses, requestId());
  const isCorrect = outcome === predicted;
  const timestamp = new Date(now()).toISOString();
  await store.saveFeedback({
    prediction_id: row.id,
    username: user.username,
    model: row.model,
    model_version: row.model_version,
    outcome: JSON.stringify(outcome),
    correct: isCorrect ? 1 : 0,
    trusted: user.role === 'admin' || request.isService ? 1 : 0,
    created_at: timestamp,
  });
  return answerJson({ id: row.id, outcome, correct: isCorrect, timestamp }, 201);
}

const otherClasses = invalid([
  fault('value_error', ['body', 'outcome'], 'The outcome is none of the classes of this model'),
]);
