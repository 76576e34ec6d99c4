/** /v2/models/{model}: metadata, readiness and configuration, which are open, and statistics, for users. */
import { answerJson, answerProblem } from '../answer.ts';
import type { Access, Admitted, Endpoint } from '../endpoint.ts';
import type { Models, NamedModel } from '../models.ts';
import type { ServedModel } from '../served-model.ts';
import { findVersion, type FoundModel } from '../v2/find-model.ts';
import type { InferStats } from '../v2/infer-stats.ts';
import { tensorsOf, type TensorSpec } from '../v2/model-tensors.ts';
import { toV2Problem } from '../v2/problem.ts';
import { v2ConfigSchema, v2ModelReadySchema, v2ModelSchema, v2StatsSchema } from '../v2/schemas.ts';
import type { ZodType } from 'zod';

export interface V2ModelDeps {
  readonly models: Pick<Models, 'all'>;
  readonly stats: InferStats;
}

interface View {
  /** Behind the model or its version. */
  readonly suffix: string;
  readonly access: Access;
  readonly summary: string;
  readonly schema: ZodType;
  readonly render: (found: FoundModel, deps: V2ModelDeps) => object;
}

const VIEWS: readonly View[] = [
  {
    suffix: '',
    access: 'open',
    summary: 'The inputs and outputs of a model',
    schema: v2ModelSchema,
    render: ({ named, version }) => ({
      name: named.name,
      versions: versionsOf(named, version),
      platform: platformOf(version),
      ...tensorsOf(version),
    }),
  },
  {
    suffix: '/ready',
    access: 'open',
    summary: 'Is this model loaded?',
    schema: v2ModelReadySchema,
    render: ({ named }) => ({ name: named.name, ready: true }),
  },
  {
    suffix: '/config',
    access: 'open',
    summary: 'A model as Triton would configure it',
    schema: v2ConfigSchema,
    render: ({ named, version }) => renderConfig(named.name, version),
  },
  {
    suffix: '/stats',
    access: 'user',
    summary: 'How often and how long a model was asked over /v2 since the start',
    schema: v2StatsSchema,
    render: ({ named }, { stats }) => ({ model_stats: renderStats(named.name, stats) }),
  },
];

export const v2ModelEndpoints = (deps: V2ModelDeps): readonly Endpoint[] => [
  allStatsOf(deps),
  ...VIEWS.flatMap((view) =>
    ['/v2/models/:model', '/v2/models/:model/versions/:version'].map((path) => viewOf(path, view, deps)),
  ),
];

const viewOf = (path: string, view: View, deps: V2ModelDeps): Endpoint => ({
  method: 'get',
  path: path + view.suffix,
  access: view.access,
  ...(view.access === 'open' ? {} : { scope: 'models' as const }),
  async handle(request: Admitted) {
    const found = await findVersion(deps.models, request);
    if (!found.ok) return answerProblem(toV2Problem(found.error), request.requestId());
    return answerJson(view.render(found.value, deps));
  },
  describe: () => ({
    summary: view.summary,
    tag: 'v2',
    answers: {
      200: { description: 'Of the version named, else of the one in production', schema: view.schema },
      404: { description: 'No such model, or no such version' },
      503: { description: 'The model is not loaded' },
    },
  }),
});

/** To be listed before the route of a model: no model can be called stats. */
const allStatsOf = ({ models, stats }: V2ModelDeps): Endpoint => ({
  method: 'get',
  path: '/v2/models/stats',
  access: 'user',
  scope: 'models',
  handle: () => answerJson({ model_stats: models.all.flatMap(({ name }) => renderStats(name, stats)) }),
  describe: () => ({
    summary: 'The statistics of all models',
    tag: 'v2',
    answers: { 200: { description: 'Since the start', schema: v2StatsSchema } },
  }),
});

const platformOf = ({ framework }: ServedModel): string => framework;

function versionsOf({ registry }: NamedModel, current: ServedModel): readonly string[] {
  const state = registry.read();
  return state.ok && state.value.versions.length > 0
    ? state.value.versions.map(({ n }) => String(n))
    : [current.version];
}

function renderConfig(name: string, version: ServedModel): object {
  const { inputs, outputs } = tensorsOf(version);
  const render = ({ name: tensor, datatype, shape }: TensorSpec) => ({
    name: tensor,
    data_type: datatype === 'BYTES' ? 'TYPE_STRING' : `TYPE_${datatype}`,
    dims: shape,
  });
  return {
    name,
    platform: platformOf(version),
    backend: 'pipe',
    max_batch_size: 0, // the first dimension is the batch, as the shapes say
    input: inputs.map(render),
    output: outputs.map(render),
  };
}

const NO_TIME = { count: 0, ns: 0 };

const renderStats = (name: string, stats: InferStats): readonly object[] =>
  stats.list(name).map(({ version, lastInference, inferences, success, fail }) => ({
    name,
    version,
    last_inference: lastInference,
    inference_count: inferences,
    execution_count: success.count,
    inference_stats: {
      success,
      fail,
      queue: NO_TIME,
      compute_input: NO_TIME,
      compute_infer: success,
      compute_output: NO_TIME,
    },
    batch_stats: [],
  }));
