/** GET /api/v1/predictions/history and /predictions/{id}: what was asked and answered. Users see their own. */
import type { PredictionReader } from '../../store/database/prediction-reader.ts';
import { answerJson, answerProblem } from '../answer.ts';
import type { Endpoint } from '../endpoint.ts';
import type { History } from '../history.ts';
import { historyQuerySchema, toQuestion } from '../history-query.ts';
import { historySchema, keptPredictionSchema } from '../history-schemas.ts';
import { maySee, renderKept } from '../kept-prediction.ts';
import { adminOnly, notFound } from '../problems.ts';
import { parseQuery } from '../query.ts';

export interface HistoryDeps extends Pick<PredictionReader, 'findPrediction' | 'listPredictions'> {
  readonly history: Pick<History, 'flush'>;
}

/** What was answered a moment ago is there, if the disk keeps up. */
export const SETTLE_MS = 250;

export const historyEndpoint = ({ history, listPredictions }: HistoryDeps): Endpoint => ({
  method: 'get',
  path: '/api/v1/predictions/history',
  access: 'user',
  scope: 'history',
  async handle(request) {
    const query = parseQuery(request, historyQuerySchema);
    if (!query.ok) return answerProblem(query.error, request.requestId());
    const { cursor, limit } = query.value;
    const question = toQuestion(request.user, query.value);
    if (question === undefined) return answerProblem(adminOnly, request.requestId());
    await history.flush(SETTLE_MS);
    const before = cursor !== undefined && cursor < question.before ? cursor : question.before;
    const { rows, next } = listPredictions({ ...question, before, limit });
    return answerJson({ items: rows.map(renderKept), next_cursor: next ?? null });
  },
  describe: () => ({
    summary: 'Predictions that were answered, newest first',
    description: 'Users see their own, admins everybody’s.',
    tag: 'history',
    query: historyQuerySchema,
    answers: {
      200: { description: 'A page', schema: historySchema },
    },
  }),
});

/** To be listed after the routes that have a fixed name in the place of the id. */
export const predictionEndpoint = ({ history, findPrediction }: HistoryDeps): Endpoint => ({
  method: 'get',
  path: '/api/v1/predictions/:id',
  access: 'user',
  scope: 'history',
  async handle({ context, user, requestId }) {
    await history.flush(SETTLE_MS);
    const row = findPrediction(context.req.param('id') ?? '');
    // The same whether there is none or it is another's: ids are not to be tried out.
    if (row === undefined || !maySee(user, row)) return answerProblem(notFound, requestId());
    return answerJson(renderKept(row));
  },
  describe: () => ({
    summary: 'One prediction',
    tag: 'history',
    answers: {
      200: { description: 'As it was answered', schema: keptPredictionSchema },
      404: { description: 'No such prediction, or not yours' },
    },
  }),
});
