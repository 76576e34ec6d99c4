/**
 * The HTTP app: routes, and what happens around every one of them. It opens no port, reads no file
 * and holds no clock, so tests drive it in-process with `app.request()`.
 *
 * Invariant: every answer, also to what no route knows and after a bug, is one of ours.
 */
import type { BlockList } from 'node:net';
import { Hono, type Context } from 'hono';
import { answerProblem, type Problem } from './answer.ts';
import { createAdmit, findOriginFault, type AdmissionOptions } from './admit.ts';
import type { Accounts } from './auth/accounts.ts';
import type { Sessions } from './auth/sessions.ts';
import { toEndpoint, type Admitted, type Endpoint } from './endpoint.ts';
import type { History } from './history.ts';
import type { Load } from './load.ts';
import { logBug, type Log } from './log.ts';
import type { RequestMetrics } from './metrics/request-metrics.ts';
import type { Models } from './models.ts';
import { createAddressOf } from './client-address.ts';
import { findTraceId } from './trace-id.ts';
import { bug, methodNotAllowed, notFound } from './problems.ts';
import type { PredictionReader } from '../store/database/prediction-reader.ts';
import type { RetrainJobs } from './retrain/retrain-jobs.ts';
import { docsEndpoints } from './routes/docs.ts';
import { feedbackEndpoint, type FeedbackDeps } from './routes/feedback.ts';
import { healthEndpoints } from './routes/health.ts';
import { historyExportEndpoint } from './routes/history-export.ts';
import { historyEndpoint, predictionEndpoint } from './routes/history.ts';
import { meEndpoint } from './routes/me.ts';
import { myPasswordEndpoint } from './routes/my-password.ts';
import { openApiEndpoint } from './routes/openapi.ts';
import { modelActEndpoints, type ModelActDeps } from './routes/model-acts.ts';
import { modelStatsEndpoints } from './routes/model-stats.ts';
import { modelEndpoints } from './routes/models.ts';
import { predictBatchEndpoints } from './routes/predict-batch.ts';
import { predictEndpoints } from './routes/predict.ts';
import { predictJobEndpoints, type PredictJobDeps } from './routes/predict-jobs.ts';
import { metricsEndpoint, type MetricsText } from './routes/metrics.ts';
import { retrainJobEndpoints } from './routes/retrain-job.ts';
import { retrainEndpoints } from './routes/retrain.ts';
import { registerEndpoint, type RegisterDeps } from './routes/register.ts';
import { sessionEndpoints } from './routes/session.ts';
import { usersEndpoints } from './routes/users.ts';
import { apiKeyEndpoints, type ApiKeyDeps } from './routes/api-keys.ts';
import { rootEndpoint, type About } from './routes/root.ts';
import { tokenEndpoints } from './routes/token.ts';
import { v2InferEndpoints } from './routes/v2-infer.ts';
import { v2ModelEndpoints } from './routes/v2-models.ts';
import { v2RepositoryEndpoints } from './routes/v2-repository.ts';
import { v2ServerEndpoints } from './routes/v2-server.ts';
import { createInferStats } from './v2/infer-stats.ts';
import { isV2, toV2Problem } from './v2/problem.ts';

export interface AppDeps
  extends Pick<AdmissionOptions, 'authenticate' | 'isHostAllowed' | 'refusesForwarded'>,
    PredictionReader,
    RegisterDeps,
    Pick<PredictJobDeps, 'predictJobs' | 'jobFolder'> {
  readonly store: ApiKeyDeps['store'] & FeedbackDeps['store'] & ModelActDeps['store'];
  readonly sessions: Sessions;
  readonly about: About;
  readonly docs: 'on' | 'off' | 'user';
  /** Whose word is taken for the address of a caller. */
  readonly trustedProxies: BlockList;
  readonly accounts: Accounts;
  readonly models: Models;
  readonly history: Omit<History, 'depth' | 'capacity' | 'isFailing'>;
  readonly jobs: RetrainJobs;
  readonly retrain: 'on' | 'off';
  readonly load: Load;
  readonly metrics: MetricsText & Pick<RequestMetrics, 'recorderOf'>;
  readonly log: Log;
  /** Text of a file of swagger-ui-dist. */
  readonly readAsset: (name: string) => Promise<string>;
  readonly isStopping: () => boolean;
  readonly isStoreLost: () => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly elapsed: () => number;
  readonly newId: () => string;
}

export function createApp(deps: AppDeps): Hono {
  const endpoints = listEndpoints(deps);
  const requestIdOf = ({ req }: Context): string => findTraceId(req.raw) ?? deps.newId();
  const callerOf = createAddressOf(deps.trustedProxies);
  const addressOf = ({ env, req }: Context): string => {
    const socket: { readonly remoteAddress?: string } | undefined = env?.incoming?.socket;
    return callerOf({ remote: socket?.remoteAddress, forwardedFor: () => req.raw.headers.get('x-forwarded-for') });
  };
  const admit = createAdmit({ ...deps, addressOf, requestIdOf });
  const refuse = (problem: Problem, context: Context, requestId = requestIdOf(context)): Response =>
    answerProblem(isV2(context.req.path) ? toV2Problem(problem) : problem, requestId);
  const app = new Hono();

  for (const endpoint of endpoints) {
    const record = deps.metrics.recorderOf(endpoint);
    // One handler a route and no middleware: Hono then calls it directly.
    app.on(endpoint.method.toUpperCase(), endpoint.path, async (context) => {
      const startedAt = deps.elapsed();
      let status = 500;
      let model: Admitted['answeredBy'];
      deps.load.enter();
      try {
        const admitted = await admit(endpoint, context);
        const answer = admitted.ok ? await endpoint.handle(admitted.value) : refuse(admitted.error, context);
        status = answer.status;
        model = admitted.ok ? admitted.value.answeredBy : undefined;
        return answer;
      } finally {
        deps.load.leave();
        record(status, { seconds: (deps.elapsed() - startedAt) / 1000, model });
      }
    });
  }
  const recordUnknown = deps.metrics.recorderOf({ method: 'other', path: 'unknown' });
  app.notFound((context) => {
    const origin = findOriginFault(context.req.raw, deps, false);
    const problem = origin ?? findRouteFault(endpoints, context);
    recordUnknown(problem.status);
    return refuse(problem, context);
  });
  app.onError((error, context) => {
    const requestId = requestIdOf(context);
    logBug(deps.log, { error, request: requestId, path: context.req.path });
    return refuse(bug, context, requestId);
  });
  return app;
}

function listEndpoints(deps: AppDeps): readonly Endpoint[] {
  const { about, accounts, jobs, models, log } = deps;
  const access = deps.docs === 'user' ? 'user' : 'open';
  const stats = createInferStats();
  const endpoints: readonly Endpoint[] = [
    rootEndpoint(about),
    ...healthEndpoints(deps),
    ...tokenEndpoints(deps),
    ...sessionEndpoints(deps),
    registerEndpoint(deps),
    meEndpoint,
    myPasswordEndpoint({ accounts, log }),
    ...usersEndpoints(deps.members),
    ...apiKeyEndpoints(deps),
    ...predictEndpoints(deps).map(toEndpoint),
    ...predictBatchEndpoints(deps),
    ...predictJobEndpoints(deps),
    ...modelStatsEndpoints(deps),
    ...modelEndpoints(models),
    ...modelActEndpoints(deps),
    historyEndpoint(deps),
    historyExportEndpoint(deps),
    predictionEndpoint(deps),
    feedbackEndpoint(deps),
    ...retrainEndpoints({ jobs, models, retrain: deps.retrain, log }),
    ...retrainJobEndpoints(jobs),
    metricsEndpoint(deps.metrics),
    ...v2ServerEndpoints(deps),
    ...v2ModelEndpoints({ models, stats }),
    ...v2InferEndpoints({ ...deps, stats }),
    ...v2RepositoryEndpoints(deps),
    ...(deps.docs === 'off'
      ? []
      : [
          openApiEndpoint({ about, access, models, endpoints: () => endpoints }),
          ...docsEndpoints({ access, readAsset: deps.readAsset }),
        ]),
  ];
  return endpoints;
}

/** Methods that other routes know this path by; none: the path does not exist. */
function findRouteFault(endpoints: readonly Endpoint[], { req }: Context): Problem {
  const here = endpoints.filter(({ path }) => toPattern(path).test(req.path));
  // A path of its own, such as /users/me, is not one of the names that another route takes there.
  const own = here.filter(({ path }) => path === req.path);
  const methods = (own.length > 0 ? own : here).map(({ method }) => method.toUpperCase());
  if (methods.length === 0) return notFound;
  const allowed = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  return methodNotAllowed([...new Set(allowed)].sort().join(', '));
}

const toPattern = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(/[.]/g, '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);
