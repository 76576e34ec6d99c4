/**
 * /health (always 200, for people), /health/live (the process answers) and /health/ready (it should be
 * sent traffic). Open, and answered however busy the daemon is; says nothing that is not public.
 */
import { answerJson } from '../answer.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Models } from '../models.ts';
import { healthSchema, liveSchema, readySchema } from '../schemas.ts';
import type { About } from './root.ts';

export interface HealthDeps {
  readonly about: About;
  readonly models: Pick<Models, 'all'>;
  readonly isStopping: () => boolean;
  /** The database's writer died. */
  readonly isStoreLost: () => boolean;
}

export const healthEndpoints = (deps: HealthDeps): readonly Endpoint[] => [healthOf(deps), live, readyOf(deps)];

const healthOf = (deps: HealthDeps): Endpoint => ({
  method: 'get',
  path: '/health',
  access: 'open',
  isHealth: true,
  handle: () => answerJson(renderHealth(deps)),
  describe: () => ({
    summary: 'Is all well?',
    tag: 'service',
    answers: { 200: { description: 'healthy or degraded', schema: healthSchema } },
  }),
});

const live: Endpoint = {
  method: 'get',
  path: '/health/live',
  access: 'open',
  isHealth: true,
  handle: () => answerJson({ live: true }),
  describe: () => ({
    summary: 'Does the process answer?',
    tag: 'service',
    answers: { 200: { description: 'It does', schema: liveSchema } },
  }),
};

const readyOf = (deps: HealthDeps): Endpoint => ({
  method: 'get',
  path: '/health/ready',
  access: 'open',
  isHealth: true,
  handle() {
    const reason = findUnreadiness(deps);
    return reason === undefined ? answerJson({ ready: true }) : answerJson({ ready: false, reason }, 503);
  },
  describe: () => ({
    summary: 'Should it be sent traffic?',
    tag: 'service',
    answers: {
      200: { description: 'Yes', schema: readySchema },
      503: { description: 'No: no_model, stopping or store_lost', schema: readySchema },
    },
  }),
});

function renderHealth({ about, models: { all }, isStoreLost }: HealthDeps) {
  const loaded = all.map(({ current }) => current());
  const reason = findDegradation({
    hasModel: loaded.every((model) => model !== undefined),
    isRefused: all.some(({ problem }) => problem() !== undefined),
    isStoreLost,
  });
  return {
    status: reason === undefined ? 'healthy' : 'degraded',
    model_loaded: loaded.some((model) => model !== undefined),
    version: about.version,
    model_version: loaded[0]?.version ?? null,
    ...(reason === undefined ? {} : { reason }),
    ...(about.mode === 'demo' ? { mode: 'demo' } : {}),
  };
}

interface HealthFacts {
  /** Every model has a version that is served. */
  readonly hasModel: boolean;
  readonly isRefused: boolean;
  readonly isStoreLost: () => boolean;
}

/** Codes, not sentences: paths and messages of the machine stand in the log. */
function findDegradation({ hasModel, isRefused, isStoreLost }: HealthFacts): string | undefined {
  if (isStoreLost()) return 'store_lost';
  if (isRefused) return 'model_refused';
  return hasModel ? undefined : 'no_model';
}

function findUnreadiness({ models: { all }, isStopping, isStoreLost }: HealthDeps): string | undefined {
  if (isStopping()) return 'stopping';
  if (isStoreLost()) return 'store_lost';
  return all.some(({ current }) => current() !== undefined) ? undefined : 'no_model';
}
