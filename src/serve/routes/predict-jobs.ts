/**
 * /api/v1/predict/jobs: predictions for up to a million rows, sent as a file and fetched as one. The body goes to
 * the disk as it comes; a thread of its own answers it.
 */
import { answerEmpty, answerJson, answerProblem, type Problem } from '../answer.ts';
import type { Admitted, Endpoint } from '../endpoint.ts';
import { toWebStream, type JobFolder } from '../jobs/job-folder.ts';
import {
  predictJobAnswerSchema,
  predictJobListSchema,
  renderPredictJob,
  type PredictJob,
} from '../jobs/predict-job.ts';
import { MAX_JOB_BYTES, type PredictJobs } from '../jobs/predict-jobs.ts';
import type { Models } from '../models.ts';
import { bodyIncomplete, noModel, notFound, tooLarge, unknownModel, unknownVersion, unread } from '../problems.ts';
import { jobQuerySchema } from '../predict-schemas.ts';
import { parseQuery } from '../query.ts';
import { z } from 'zod';

export interface PredictJobDeps {
  readonly models: Pick<Models, 'find'>;
  readonly predictJobs: PredictJobs;
  readonly jobFolder: Pick<JobFolder, 'openResult'>;
}

const PATH = '/api/v1/predict/jobs';
const NOT_FOUND = { description: 'No such job, or not yours' };

export const predictJobEndpoints = (deps: PredictJobDeps): readonly Endpoint[] => [
  acceptOf(deps),
  listOf(deps),
  showOf(deps),
  resultOf(deps),
  removeOf(deps),
];

const acceptOf = (deps: PredictJobDeps): Endpoint => ({
  method: 'post',
  path: PATH,
  access: 'user',
  scope: 'predict',
  body: { type: 'text/csv', also: ['application/x-ndjson'], reading: 'stream', maxBytes: MAX_JOB_BYTES },
  handle: (request) => accept(deps, request),
  describe: () => ({
    summary: 'Predict for up to a million rows, later',
    description:
      'A CSV with a header (one column an input, or `text`; others are passed through), or one question a line as /predict takes it. ' +
      'The version is fixed now. Two jobs a user at a time; the answers are kept 7 days.',
    tag: 'predict',
    query: jobQuerySchema,
    request: { schema: z.string() },
    answers: {
      202: { description: 'Accepted; follow `Location`', schema: predictJobAnswerSchema },
      404: { description: 'No model of this name, or no such version' },
      429: { description: 'Two jobs of yours have not ended yet' },
      503: { description: 'No model is in production yet' },
    },
  }),
});

async function accept({ models, predictJobs }: PredictJobDeps, request: Admitted): Promise<Response> {
  const { context, user, requestId } = request;
  const query = parseQuery(request, jobQuerySchema);
  if (!query.ok) return answerProblem(query.error, requestId());
  const named = models.find(query.value.model);
  if (named === undefined) return answerProblem(unknownModel, requestId());
  const wanted = query.value.model_version;
  const version = wanted === undefined ? named.current() : await named.versions.find(wanted);
  if (version === undefined) return answerProblem(wanted === undefined ? noModel : unknownVersion, requestId());
  const { raw } = context.req;
  const format = /^ *application\/x-ndjson/i.test(raw.headers.get('content-type') ?? '') ? 'ndjson' : 'csv';
  const job = await predictJobs.accept({
    username: user?.username ?? '',
    model: named.name,
    version: Number(version.version),
    sha: version.sha,
    format,
    body: raw.body ?? new Blob([]).stream(),
  });
  if (!job.ok) return answerProblem(unread(PROBLEMS[job.error]), requestId());
  const { links, ...rest } = renderPredictJob(job.value);
  return answerJson({ ...rest, links }, 202, { Location: links.self, 'Retry-After': '2' });
}

const PROBLEMS: Readonly<Record<'too-many' | 'too-large' | 'broken', Problem>> = {
  'too-many': {
    status: 429,
    code: 'too_many_jobs',
    detail: 'Two of your jobs have not ended yet',
    headers: { 'Retry-After': '10' },
  },
  'too-large': tooLarge(MAX_JOB_BYTES),
  broken: bodyIncomplete,
};

const listOf = ({ predictJobs }: PredictJobDeps): Endpoint => ({
  method: 'get',
  path: PATH,
  access: 'user',
  scope: 'predict',
  handle: ({ user }) => answerJson({ items: predictJobs.list(user).map(renderPredictJob), next_cursor: null }),
  describe: () => ({
    summary: 'Jobs, newest first',
    description: 'One’s own; admins see everybody’s.',
    tag: 'predict',
    answers: { 200: { description: 'Those of the last 7 days', schema: predictJobListSchema } },
  }),
});

/** A route about one job. */
const onJob =
  ({ predictJobs }: PredictJobDeps, act: (job: PredictJob, request: Admitted) => Response | Promise<Response>) =>
  (request: Admitted): Response | Promise<Response> => {
    const job = predictJobs.find(request.user, request.context.req.param('id') ?? '');
    return job === undefined ? answerProblem(notFound, request.requestId()) : act(job, request);
  };

const showOf = (deps: PredictJobDeps): Endpoint => ({
  method: 'get',
  path: `${PATH}/:id`,
  access: 'user',
  scope: 'predict',
  handle: onJob(deps, (job) => answerJson(renderPredictJob(job))),
  describe: () => ({
    summary: 'How a job goes',
    tag: 'predict',
    answers: { 200: { description: 'Its state', schema: predictJobAnswerSchema }, 404: NOT_FOUND },
  }),
});

const resultOf = (deps: PredictJobDeps): Endpoint => ({
  method: 'get',
  path: `${PATH}/:id/result`,
  access: 'user',
  scope: 'predict',
  handle: onJob(deps, (job, { requestId }) => {
    if (job.state !== 'finished') return answerProblem(notFinished, requestId());
    return new Response(toWebStream(deps.jobFolder.openResult(job.id)), {
      headers: {
        'Content-Type': job.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
        'Content-Disposition': `attachment; filename="predictions.${job.format}"`,
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
      },
    });
  }),
  describe: () => ({
    summary: 'The answers of a job',
    description: 'A line a row in their order; a row that could not be answered has an `error`.',
    tag: 'predict',
    answers: {
      200: { description: 'In the format that was sent', contentType: ['text/csv', 'application/x-ndjson'] },
      404: NOT_FOUND,
      409: { description: 'It has not ended, or has failed' },
    },
  }),
});

const notFinished: Problem = { status: 409, code: 'job_not_finished', detail: 'The job has no result' };

const removeOf = (deps: PredictJobDeps): Endpoint => ({
  method: 'delete',
  path: `${PATH}/:id`,
  access: 'user',
  scope: 'predict',
  handle: onJob(deps, async (job) => {
    await deps.predictJobs.remove(job);
    return answerEmpty();
  }),
  describe: () => ({
    summary: 'Stop a job and remove what is kept of it',
    tag: 'predict',
    answers: { 204: { description: 'Removed', contentType: null }, 404: NOT_FOUND },
  }),
});
