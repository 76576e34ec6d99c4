/** /retrain/{id}: how one retrain goes, its log, and DELETE to stop it. Admins only. */
import { setTimeout as sleep } from 'node:timers/promises';
import { answerJson, answerProblem, answerStream, answerText, type Problem } from '../answer.ts';
import type { Admitted, Endpoint } from '../endpoint.ts';
import { notFound } from '../problems.ts';
import { streamLog } from '../retrain/log-stream.ts';
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
    const { headers } = request.context.req.raw;
    if (!wantsEvents(headers.get('accept')))
      return answerText(jobs.readLog(job.id), 'text/plain; charset=utf-8', { 'Cache-Control': 'no-store' });
    const stream = streamLog({
      find: () => jobs.find(job.id),
      read: (offset, length) => jobs.readLogFrom(job.id, { offset, length }),
      from: offsetOf(headers.get('last-event-id')),
      wait: sleep,
    });
    // Proxies that collect an answer before they pass it on are asked not to.
    return answerStream(stream, 'text/event-stream', { 'X-Accel-Buffering': 'no' });
  },
  describe: () => ({
    summary: 'What a retrain said',
    description:
      'As text, or with `Accept: text/event-stream` line by line until it ends; `Last-Event-ID` goes on after that line.',
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

/** EventSource asks for nothing else; who names both wants the text. */
const wantsEvents = (accept: string | null): boolean => /^\s*text\/event-stream\s*(;|$)/i.test(accept ?? '');

/** A caller's text: what is no place in a log means its beginning. */
const offsetOf = (id: string | null): number => (/^\d{1,12}$/.test(id ?? '') ? Number(id) : 0);

const idOf = ({ context }: Admitted): string => context.req.param('id') ?? '';

const alreadyFinished: Problem = { status: 409, code: 'retrain_finished', detail: 'The retrain has finished' };
