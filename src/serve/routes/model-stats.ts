/** GET /api/v1/model/stats and /model/metrics: how much a model was asked, and how good it is. */
import type { VersionCard } from '../../core/registry-card.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import { answerJson, answerProblem, type Problem } from '../answer.ts';
import type { Admitted, Endpoint } from '../endpoint.ts';
import type { History } from '../history.ts';
import { modelMetricsSchema, modelQuerySchema, modelStatsSchema } from '../model-schemas.ts';
import type { Models, NamedModel } from '../models.ts';
import { noModel, unknownModel } from '../problems.ts';
import { parseQuery } from '../query.ts';

export interface ModelStatsDeps {
  readonly models: Pick<Models, 'find'>;
  readonly history: Pick<History, 'flush'>;
  /** How many predictions a model has answered, ever: those that retention removed count. */
  readonly countAnswered: (model: string) => number;
  /** Of feedback that admins and services gave on a version. */
  readonly readLiveAccuracy: (model: string, version: string) => LiveAccuracy;
}

export interface LiveAccuracy {
  readonly n: number;
  readonly correct: number;
}

/** What was answered a moment ago counts, if the disk keeps up. */
const SETTLE_MS = 250;

export const modelStatsEndpoints = (deps: ModelStatsDeps): readonly Endpoint[] => [statsOf(deps), metricsOf(deps)];

const statsOf = (deps: ModelStatsDeps): Endpoint => ({
  method: 'get',
  path: '/api/v1/model/stats',
  access: 'user',
  scope: 'models',
  async handle(request) {
    const found = findModel(deps, request);
    if (!found.ok) return answerProblem(found.error, request.requestId());
    const model = found.value;
    await deps.history.flush(SETTLE_MS);
    const current = model.current();
    return answerJson({
      model_loaded: current !== undefined,
      total_predictions: deps.countAnswered(model.name),
      model_name: model.name,
      model_version: current?.version ?? null,
      framework: current?.framework ?? null,
    });
  },
  describe: () => ({
    summary: 'How much a model was asked',
    tag: 'models',
    query: modelQuerySchema,
    answers: {
      200: { description: 'Also without a model in production', schema: modelStatsSchema },
      404: { description: 'No model of this name' },
    },
  }),
});

const metricsOf = (deps: ModelStatsDeps): Endpoint => ({
  method: 'get',
  path: '/api/v1/model/metrics',
  access: 'user',
  scope: 'models',
  handle(request) {
    const found = findModel(deps, request);
    if (!found.ok) return answerProblem(found.error, request.requestId());
    const model = found.value;
    const current = model.current();
    if (current === undefined) return answerProblem(noModel, request.requestId());
    const live = deps.readLiveAccuracy(model.name, current.version);
    return answerJson({
      ...renderMetrics(model.readCard(current)),
      threshold: current.threshold,
      model: model.name,
      model_version: current.version,
      live: { n: live.n, accuracy: live.n === 0 ? null : live.correct / live.n },
    });
  },
  describe: () => ({
    summary: 'How good the model in production is',
    description: 'On the holdout when it was judged; `live` counts the feedback of admins and services.',
    tag: 'models',
    query: modelQuerySchema,
    answers: {
      200: { description: 'What is not known is null', schema: modelMetricsSchema },
      404: { description: 'No model of this name' },
      503: { description: 'No model is in production yet' },
    },
  }),
});

function findModel({ models }: ModelStatsDeps, request: Admitted): Result<NamedModel, Problem> {
  const query = parseQuery(request, modelQuerySchema);
  if (!query.ok) return query;
  const model = models.find(query.value.model);
  return model === undefined ? err(unknownModel) : ok(model);
}

function renderMetrics(card: VersionCard | undefined) {
  const value = (name: string): number | null => {
    const found = card?.metrics[name];
    return typeof found === 'number' ? found : null;
  };
  return {
    accuracy: value('accuracy'),
    precision: value('precision'),
    recall: value('recall'),
    f1_score: value('f1'),
    roc_auc: value('roc_auc'),
    n: value('n'),
    evaluated_at: card?.created ?? null,
  };
}
