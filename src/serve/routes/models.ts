/** GET /api/v1/models and /models/{name}: which models there are, and all versions of one. */
import { listVersions } from '../../engine/model-list.ts';
import { answerJson, answerProblem, type Problem } from '../answer.ts';
import type { Endpoint } from '../endpoint.ts';
import { modelDetailSchema, modelListSchema } from '../model-schemas.ts';
import type { Models, NamedModel } from '../models.ts';
import { unknownModel } from '../problems.ts';

export const modelEndpoints = (models: Models): readonly Endpoint[] => [listOf(models), showOf(models)];

const listOf = ({ all }: Models): Endpoint => ({
  method: 'get',
  path: '/api/v1/models',
  access: 'user',
  scope: 'models',
  handle: () => answerJson({ items: all.map(renderModel), next_cursor: null }),
  describe: () => ({
    summary: 'All models',
    tag: 'models',
    answers: { 200: { description: 'In the order of pipeline.yaml', schema: modelListSchema } },
  }),
});

const showOf = ({ all }: Models): Endpoint => ({
  method: 'get',
  path: '/api/v1/models/:name',
  access: 'user',
  scope: 'models',
  handle({ context, requestId }) {
    const model = all.find(({ name }) => name === context.req.param('name'));
    if (model === undefined) return answerProblem(unknownModel, requestId());
    const listing = listVersions(model.registry);
    if (!listing.ok) return answerProblem(registryBroken, requestId());
    const { production, previous, pinned, versions } = listing.value;
    return answerJson({ ...renderModel(model), production, previous, pinned, versions: versions.map(renderVersion) });
  },
  describe: () => ({
    summary: 'One model with all its versions',
    tag: 'models',
    answers: {
      200: { description: 'Versions newest first', schema: modelDetailSchema },
      404: { description: 'No model of this name' },
      503: { description: 'The registry cannot be read' },
    },
  }),
});

function renderModel({ name, current, problem }: NamedModel) {
  const model = current();
  return {
    name,
    loaded: model !== undefined,
    degraded: problem() !== undefined,
    kind: model?.kind ?? null,
    version: model?.version ?? null,
    label: model?.label ?? null,
    framework: model?.framework ?? null,
    threshold: model?.threshold ?? null,
    inputs: model?.kind === 'table' ? model.inputs : null,
  };
}

type Listed = Extract<ReturnType<typeof listVersions>, { readonly ok: true }>['value']['versions'][number];

function renderVersion({ n, sha, status, card }: Listed) {
  const { label = null, kind = null, created = null, metrics = null } = card ?? {};
  return { version: String(n), sha, status, label, kind, created, metrics };
}

/** What is wrong stands in the log and in /health: paths are nobody's business here. */
const registryBroken: Problem = {
  status: 503,
  code: 'registry_unreadable',
  detail: 'The registry of this model cannot be read',
};
