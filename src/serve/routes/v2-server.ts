/** /v2, /v2/health and /v2/models of the Open Inference Protocol: what this server is, and whether it is well. Open. */
import { answerJson, answerProblem } from '../answer.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Models } from '../models.ts';
import { toV2Problem, v2Problem } from '../v2/problem.ts';
import { v2LiveSchema, v2ModelsSchema, v2ReadySchema, v2ServerSchema } from '../v2/schemas.ts';
import type { About } from './root.ts';

export interface V2ServerDeps {
  readonly about: About;
  readonly models: Pick<Models, 'all'>;
  readonly isStopping: () => boolean;
}

const EXTENSIONS = ['binary_tensor_data', 'model_configuration', 'model_repository', 'statistics'];

export const v2ServerEndpoints = (deps: V2ServerDeps): readonly Endpoint[] => [
  ...['/v2', '/v2/'].map((path) => serverOf(path, deps)),
  live,
  readyOf(deps),
  modelsOf(deps),
];

const serverOf = (path: string, { about }: V2ServerDeps): Endpoint => ({
  method: 'get',
  path,
  access: 'open',
  handle: () => answerJson({ name: about.name, version: about.version, extensions: EXTENSIONS }),
  describe: () => ({
    summary: 'What this server is',
    tag: 'v2',
    answers: { 200: { description: 'Name, version and extensions', schema: v2ServerSchema } },
  }),
});

const live: Endpoint = {
  method: 'get',
  path: '/v2/health/live',
  access: 'open',
  isHealth: true,
  handle: () => answerJson({ live: true }),
  describe: () => ({
    summary: 'Does the process answer?',
    tag: 'v2',
    answers: { 200: { description: 'It does', schema: v2LiveSchema } },
  }),
};

const readyOf = ({ models, isStopping }: V2ServerDeps): Endpoint => ({
  method: 'get',
  path: '/v2/health/ready',
  access: 'open',
  isHealth: true,
  handle({ requestId }) {
    const isReady = !isStopping() && models.all.some(({ current }) => current() !== undefined);
    return isReady ? answerJson({ ready: true }) : answerProblem(notReady, requestId());
  },
  describe: () => ({
    summary: 'Should it be sent traffic?',
    tag: 'v2',
    answers: {
      200: { description: 'Yes', schema: v2ReadySchema },
      503: { description: 'No model is loaded, or it is stopping' },
    },
  }),
});

const notReady = toV2Problem(v2Problem(503, 'not_ready', 'The server is not ready'));

const modelsOf = ({ models }: V2ServerDeps): Endpoint => ({
  method: 'get',
  path: '/v2/models',
  access: 'open',
  handle: () => answerJson({ models: models.all.map(({ name }) => name) }),
  describe: () => ({
    summary: 'All models by name',
    tag: 'v2',
    answers: { 200: { description: 'As pipeline.yaml calls them', schema: v2ModelsSchema } },
  }),
});
