/** /retrain/{id}: how one retrain goes, its log, and DELETE to stop it. Admins only. */
import { answerJson, answerProblem, answerText, type Problem } from '../answer.ts';
import type { Admitted, Endpoint } from '../endpoint.ts';
import { notFound } from '../problems.ts';
import type { RetrainJobs } from '../retrain/retrain-jobs.ts';
import { retrainSchema } from '../schemas.ts';
import { renderJob } from './retrain.ts';

export const retrainJobEndpoints = (jobs: RetrainJobs): readonly Endpoint[] => [
  showOf(jobs),
  logsOf(jobs),
  cancelOf(jobs),
];

const showOf = (jobs: RetrainJobs): Endpoint => ({
  method: 'get',
  path: '/retrain/:id',
  access: 'admin',
  scope: 'retrain',
  async handle(request) {
    const job = await jobs.find(idOf(request));
    return job === undefined ? answerProblem(notFound, request.requestId()) : answerJson(renderJob(job));
  },
  describe: () => ({
    summary: 'One retrain',
    tag: 'retrain',
    answers: { 200: { description: 'Its state', schema: retrainSchema }, 404: { description: 'No such retrain' } },
  }),
});

const logsOf = (jobs: RetrainJobs): Endpoint => ({
  method: 'get',
  path: '/retrain/:id/logs',
  access: 'admin',
  scope: 'retrain',
  async handle(request) {
    const job = await jobs.find(idOf(request));
    if (job === undefined) return answerProblem(notFound, request.requestId());
    return answerText(jobs.readLog(job.id), 'text/plain; charset=utf-8', { 'Cache-Control': 'no-store' });
  },
  describe: () => ({
    summary: 'What a retrain said',
    tag: 'retrain',
    answers: {
      200: { description: 'Its log so far', contentType: 'text/plain' },
      404: { description: 'No such retrain' },
    },
  }),
});

const cancelOf = (jobs: RetrainJobs): Endpoint => ({
  method: 'delete',
  path: '/retrain/:id',
  access: 'admin',
  scope: 'retrain',
  async handle(request) {
    const cancelled = await jobs.cancel(idOf(request));
    if (cancelled.ok) return answerJson(renderJob(cancelled.value), 202);
    return answerProblem(cancelled.error === 'unknown' ? notFound : alreadyFinished, request.requestId());
  },
  describe: () => ({
    summary: 'Stop a retrain',
    tag: 'retrain',
    answers: {
      202: { description: 'It is being stopped', schema: retrainSchema },
      404: { description: 'No such retrain' },
      409: { description: 'It has finished' },
    },
  }),
});

const idOf = ({ context }: Admitted): string => context.req.param('id') ?? '';

const alreadyFinished: Problem = { status: 409, code: 'retrain_finished', detail: 'The retrain has finished' };
