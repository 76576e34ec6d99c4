/**
 * The OpenAPI 3.1 document, made from the endpoints themselves: paths, roles and bodies cannot differ
 * from what is served. Loaded when it is first asked for.
 */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { ZodType } from 'zod';
import {
  TAGS,
  type BodyRule,
  type Described,
  type Description,
  type DocumentFacts,
  type Endpoint,
} from './endpoint.ts';
import type { MediaType } from './request-body.ts';
import type { About } from './routes/root.ts';
import { problemSchema } from './schemas.ts';
import { isV2 } from './v2/problem.ts';
import { v2ErrorSchema } from './v2/schemas.ts';

export interface DocumentOptions {
  readonly about: About;
  readonly endpoints: readonly Endpoint[];
  readonly facts: DocumentFacts;
}

const SIGN_IN = 'password';

export function renderOpenApi({ about, endpoints, facts }: DocumentOptions): string {
  const app = new OpenAPIHono();
  const { openAPIRegistry: registry } = app;
  registry.registerComponent('securitySchemes', SIGN_IN, {
    type: 'oauth2',
    flows: { password: { tokenUrl: '/auth/token', scopes: {} } },
  });
  registry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' });
  for (const endpoint of endpoints) {
    const description = endpoint.describe?.(facts);
    if (description !== undefined) registry.registerPath(toRoute(endpoint, description));
  }
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: about.name, version: about.version, description: 'Predictions, and the retraining of their model.' },
    tags: TAGS.map((name) => ({ name })),
  });
  return JSON.stringify(document);
}

type Route = Parameters<OpenAPIHono['openAPIRegistry']['registerPath']>[0];

function toRoute(
  endpoint: Endpoint,
  { summary, description, tag, request, query, headers, answers }: Description,
): Route {
  const isOpen = endpoint.access === 'open';
  const parameters = [...endpoint.path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path' as const,
    required: true,
    schema: { type: 'string' as const },
  }));
  return {
    method: endpoint.method,
    path: endpoint.path.replaceAll(/:(\w+)/g, '{$1}'),
    operationId: `${endpoint.method}${endpoint.path.replaceAll(/[^a-z0-9]+/gi, '_')}`,
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tag],
    security: isOpen ? [] : [{ [SIGN_IN]: [] }, { bearer: [] }],
    'x-access': endpoint.access,
    ...(endpoint.scope === undefined ? {} : { 'x-scope': endpoint.scope }),
    ...(parameters.length === 0 ? {} : { parameters }),
    request: {
      ...(query === undefined ? {} : { query }),
      ...(headers === undefined ? {} : { headers }),
      ...(request === undefined || endpoint.body === undefined
        ? {}
        : {
            body: {
              required: endpoint.body.optional !== true,
              content: Object.fromEntries(
                mediaTypes(endpoint.body).map((type) => [type, withExample(request.schema, request.example)]),
              ),
            },
          }),
    },
    responses: Object.fromEntries(
      Object.entries(withShared(endpoint, { answers, query })).map(([status, answer]) => [
        status,
        toResponse(answer, isV2(endpoint.path)),
      ]),
    ),
  };
}

const mediaTypes = ({ type, orForm, also = [] }: BodyRule): readonly MediaType[] =>
  orForm === true ? [type, 'application/x-www-form-urlencoded'] : [type, ...also];

type Answers = Description['answers'];

interface Told {
  readonly answers: Answers;
  readonly query: Description['query'] | undefined;
}

/** What the checks before the route may answer; where the route gives the same status, both are told. */
function withShared({ access, isHealth, addressWaitS, body }: Endpoint, { answers: own, query }: Told): Answers {
  const shared = [
    ANY,
    isHealth === true ? {} : SHED,
    access === 'open' ? {} : REFUSALS,
    addressWaitS === undefined ? {} : THROTTLED,
    query === undefined ? {} : QUERY_REFUSALS,
    body === undefined ? {} : BODY_REFUSALS,
  ];
  const merged: Record<string, Described> = { ...own };
  for (const [status, { description }] of shared.flatMap((answers) => Object.entries(answers))) {
    const before = merged[status];
    merged[status] =
      before === undefined
        ? { description }
        : { ...before, description: `${before.description}; ${lowerFirst(description)}` };
  }
  return merged;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const ANY: Answers = {
  400: { description: 'No sound HTTP, or a Host that is not served here' },
  413: { description: 'The body is too large' },
};

const SHED: Answers = { 503: { description: 'Too many requests at once: `Retry-After`' } };

const REFUSALS: Answers = {
  401: { description: 'No token, or one that is not valid' },
  403: { description: 'Not for this role or key, or the password must be changed first' },
};

const THROTTLED: Answers = { 429: { description: 'Too many from this address: `Retry-After`' } };

const QUERY_REFUSALS: Answers = { 422: { description: 'The query is not as it should be' } };

const BODY_REFUSALS: Answers = {
  400: { description: 'The body is not valid UTF-8, or ended too early' },
  415: { description: 'The body has another media type' },
  422: { description: 'The body is not as it should be' },
};

/** An answer without a schema of its own is a problem. */
function toResponse({ description, schema, contentType }: Described, isUnderV2: boolean) {
  if (contentType === null) return { description };
  if (contentType !== undefined) {
    const types = [contentType].flat().map((type) => [type, { schema: { type: 'string' as const } }]);
    return { description, content: Object.fromEntries(types) };
  }
  return {
    description,
    content: { 'application/json': { schema: schema ?? (isUnderV2 ? v2ErrorSchema : problemSchema) } },
  };
}

const withExample = (schema: ZodType, example: unknown) => ({
  schema,
  ...(example === undefined ? {} : { example }),
});
