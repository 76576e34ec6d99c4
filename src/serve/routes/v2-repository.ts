/**
 * /v2/repository of the Open Inference Protocol: the list of versions, and taking a model out of service
 * and back. Loading never names a file or a URL: what is served is what the registry names.
 */
import type { Store } from '../../store/database/store.ts';
import { answerJson, answerProblem, type Problem } from '../answer.ts';
import type { Admitted, Endpoint } from '../endpoint.ts';
import { parseJsonBody } from '../json-body.ts';
import type { Models, NamedModel } from '../models.ts';
import { findNamed } from '../v2/find-model.ts';
import { toV2Problem, v2Problem } from '../v2/problem.ts';
import { v2IndexRequestSchema, v2IndexSchema, v2LoadRequestSchema, v2LoadSchema } from '../v2/schemas.ts';

export interface V2RepositoryDeps {
  readonly models: Pick<Models, 'all'>;
  readonly store: Pick<Store, 'appendAudit'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

// The clients send JSON without saying so, and often nothing at all.
const BODY = { type: 'application/json', reading: 'bytes', maxBytes: 16_384 } as const;

export const v2RepositoryEndpoints = (deps: V2RepositoryDeps): readonly Endpoint[] => [
  indexOf(deps),
  actOf(deps, 'load'),
  actOf(deps, 'unload'),
];

const indexOf = ({ models }: V2RepositoryDeps): Endpoint => ({
  method: 'post',
  path: '/v2/repository/index',
  access: 'user',
  scope: 'models',
  body: BODY,
  handle({ bytes, requestId }) {
    const parsed = parseJsonBody(textOf(bytes), v2IndexRequestSchema);
    if (!parsed.ok) return answerProblem(toV2Problem(parsed.error), requestId());
    const all = models.all.flatMap(renderVersions);
    return answerJson(parsed.value.ready === true ? all.filter(({ state }) => state === 'READY') : all);
  },
  describe: () => ({
    summary: 'All versions of all models',
    tag: 'v2',
    request: { schema: v2IndexRequestSchema, example: {} },
    answers: { 200: { description: 'READY: it answers where no version is named', schema: v2IndexSchema } },
  }),
});

function renderVersions({ name, current, registry }: NamedModel) {
  const served = current();
  const state = registry.read();
  const known = state.ok ? state.value.versions.map(({ n }) => String(n)) : [];
  const versions = served === undefined || known.includes(served.version) ? known : [...known, served.version];
  return versions.map((version) => {
    const isServed = version === served?.version;
    return { name, version, state: isServed ? 'READY' : 'UNAVAILABLE', reason: isServed ? '' : 'not in production' };
  });
}

const actOf = (deps: V2RepositoryDeps, act: 'load' | 'unload'): Endpoint => ({
  method: 'post',
  path: `/v2/repository/models/:model/${act}`,
  access: 'admin',
  scope: 'models',
  body: BODY,
  handle: (request) => perform(deps, act, request),
  describe: () => ({
    summary: act === 'load' ? 'Put a model into service' : 'Take a model out of service until it is loaded again',
    description:
      act === 'load' ? 'The version that the registry names.' : 'The next start of the daemon loads it too; audited.',
    tag: 'v2',
    request: { schema: v2LoadRequestSchema, example: {} },
    answers: {
      200: { description: 'Done', schema: v2LoadSchema },
      404: { description: 'No such model' },
      ...(act === 'load' ? { 503: { description: 'There is no version that can be loaded' } } : {}),
    },
  }),
});

async function perform(deps: V2RepositoryDeps, act: 'load' | 'unload', request: Admitted): Promise<Response> {
  const refuse = (problem: Problem): Response => answerProblem(toV2Problem(problem), request.requestId());
  const model = findNamed(deps.models, request);
  if (!model.ok) return refuse(model.error);
  const parsed = parseJsonBody(textOf(request.bytes), v2LoadRequestSchema);
  if (!parsed.ok) return refuse(parsed.error);
  const given = Object.keys(parsed.value.parameters ?? {});
  if (given.some((name) => name === 'config' || name.startsWith('file:'))) return refuse(noFiles);
  if (act === 'load') await model.value.load();
  else model.value.unload();
  const version = model.value.current()?.version ?? null;
  await deps.store.appendAudit({
    at: new Date(deps.now()).toISOString(),
    actor: request.user?.username ?? '',
    action: `model.${act}`,
    subject: model.value.name,
    detail: { version },
  });
  if (act === 'load' && version === null) return refuse(nothingToLoad);
  return answerJson({ name: model.value.name, load: act === 'load' });
}

const textOf = (bytes: Buffer): string => (bytes.length === 0 ? '{}' : bytes.toString());

const noFiles = v2Problem(400, 'invalid_request', 'Models come from the registry: no config and no file is taken');
const nothingToLoad = v2Problem(503, 'no_model', 'The registry names no version that can be loaded');
