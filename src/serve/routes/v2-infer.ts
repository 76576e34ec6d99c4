/** POST /v2/models/{model}/infer: predictions for tensors, as JSON or as bytes, both ways. */
import { answerProblem, jsonText, toResponse, type Problem } from '../answer.ts';
import type { Admitted, Endpoint } from '../endpoint.ts';
import type { History } from '../history.ts';
import type { Models } from '../models.ts';
import { historyFull } from '../problems.ts';
import { findVersion } from '../v2/find-model.ts';
import { infer, type InferDeps } from '../v2/infer.ts';
import type { InferAnswer } from '../v2/infer-answer.ts';
import type { InferStats } from '../v2/infer-stats.ts';
import { toV2Problem, v2Problem } from '../v2/problem.ts';
import { v2InferAnswerSchema, v2InferRequestSchema } from '../v2/schemas.ts';

export interface V2InferDeps extends InferDeps {
  readonly models: Pick<Models, 'all'>;
  readonly history: Pick<History, 'appendAll'>;
  readonly stats: InferStats;
  /** Milliseconds of a clock that never goes back. */
  readonly elapsed: () => number;
}

const MAX_BODY_BYTES = 32_000_000;
const LENGTH_HEADER = 'Inference-Header-Content-Length';

export const v2InferEndpoints = (deps: V2InferDeps): readonly Endpoint[] =>
  ['/v2/models/:model/infer', '/v2/models/:model/versions/:version/infer'].map(
    (path): Endpoint => ({
      method: 'post',
      path,
      access: 'user',
      scope: 'predict',
      body: {
        type: 'application/json',
        also: ['application/octet-stream'],
        reading: 'bytes',
        maxBytes: MAX_BODY_BYTES,
      },
      handle: (request) => answerInfer(deps, request),
      describe: () => ({
        summary: 'Predict for tensors',
        description:
          `Tensors are JSON, or bytes behind it where \`${LENGTH_HEADER}\` says how long the JSON is. ` +
          'Outputs come as bytes where `binary_data` or `binary_data_output` asks for that.',
        tag: 'v2',
        request: { schema: v2InferRequestSchema },
        answers: {
          200: { description: 'One element an output and row', schema: v2InferAnswerSchema },
          400: { description: 'A tensor is not as it should be; `error` says which' },
          404: { description: 'No such model, or no such version' },
          503: { description: 'The model is not loaded, or the history is full' },
        },
      }),
    }),
  );

async function answerInfer(deps: V2InferDeps, request: Admitted): Promise<Response> {
  const refuse = (problem: Problem): Response => answerProblem(toV2Problem(problem), request.requestId());
  const found = await findVersion(deps.models, request);
  if (!found.ok) return refuse(found.error);
  const { version: model } = found.value;
  request.answeredBy = model;
  const startedAt = deps.elapsed();
  const body = { bytes: request.bytes, headerLength: request.context.req.raw.headers.get(LENGTH_HEADER) };
  const inferred = await infer(deps, { model, username: request.user?.username ?? '', body });
  const isKept = inferred.ok && deps.history.appendAll(inferred.value.rows);
  deps.stats.add({
    model: model.name,
    version: model.version,
    rows: isKept ? inferred.value.rows.length : 0,
    nanoseconds: Math.round((deps.elapsed() - startedAt) * 1e6),
    at: deps.now(),
  });
  if (!inferred.ok) return refuse(v2Problem(400, 'invalid_request', inferred.error));
  return isKept ? render(inferred.value.answer) : refuse(historyFull);
}

function render({ json, binary }: InferAnswer): Response {
  if (binary.length === 0) return toResponse(jsonText(json));
  const head = Buffer.from(json);
  return new Response(Buffer.concat([head, binary]), {
    status: 200,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      [LENGTH_HEADER]: String(head.length),
    },
  });
}
